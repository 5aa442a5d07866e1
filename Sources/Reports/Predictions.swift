import Datasets
import Kernels
import Models
import Networks
import Tables

/// The predictions of some samples: outputs [N, width] of a network, and the classes that they stand for.
package struct Predictions {
    package let model: Model
    /// The row of the file of each prediction; nil if all rows have one.
    package let rows: [Int]?
    /// Where the predictions of each sample begin, if they are one a step.
    package let steps: SequenceOffsets?
    /// [count, width], in the unit of the data.
    package let outputs: FloatBuffer
    private let ids: TextColumn?

    /// - Parameters:
    ///   - rows: the row of the file of each sample; nil for all.
    ///   - features: the samples.
    ///   - ids: what names each row of the file.
    ///   - outputs: of the network.
    package init(model: Model, rows: [Int]?, features: FeatureMatrix, ids: TextColumn?, outputs: FloatBuffer) {
        (self.model, self.rows, self.ids) = (model, rows, ids)
        steps = model.network.outputSteps.map { _ in features.steps }
        self.outputs = model.results(outputs)
    }

    package var count: Int { outputs.count / model.encoding.outputs }

    /// Lines of a CSV file.
    /// - Parameter firstRow: the number of the first row.
    package func lines(_ form: PredictionForm, firstRow: Int = 0) -> String {
        let (width, classes) = (model.encoding.outputs, model.predictedClasses(outputs))
        var text = ""
        for index in 0..<count {
            let number = steps?.number(ofStep: index) ?? RowNumber(index)
            let row = rows?[number.row] ?? number.row
            var fields = [ids.map { quoted($0[row]) } ?? "\(firstRow + row)"]
            if let step = number.step { fields.append("\(step)") }
            fields += form.answer(of: outputs.view.slice(index * width, width).array, class: classes?[index])
            text += fields.joined(separator: ",") + "\n"
        }
        return text
    }
}

/// The columns of predictions in a CSV file: the row, or what names the sample; the step, if steps are predicted; then the
/// predicted class, if there is one, and all outputs; or the most probable classes, each with its output.
package struct PredictionForm {
    private let model: Model
    private let idName: String?
    private let top: Int?

    /// - Parameters:
    ///   - idName: the column that names the samples.
    ///   - top: the number of the most probable classes; nil for all outputs.
    package init(_ model: Model, idName: String?, top: Int?) {
        (self.model, self.idName, self.top) = (model, idName, top)
    }

    /// The first line.
    package var header: String {
        let outputs = (0..<model.encoding.outputs).map(model.outputName)
        let correctness = model.network.objective.correctness
        let hasClasses = correctness == .largest || correctness == .threshold && outputs.count == 1
        let answer =
            top.map { top in (1...top).flatMap { ["class\($0)", "\(outputKind)\($0)"] } }
            ?? (hasClasses ? ["prediction"] : []) + outputs
        let step = model.network.outputSteps == nil ? [] : ["step"]
        return ([idName ?? "row"] + step + answer).map(quoted).joined(separator: ",") + "\n"
    }

    private var outputKind: String {
        [.softmax, .sigmoid].contains(model.network.objective.outputActivation) ? "probability" : "output"
    }

    fileprivate func answer(of outputs: [Float], class predicted: Int?) -> [String] {
        guard let top else {
            return (predicted.map { [quoted(model.className($0))] } ?? []) + outputs.map { "\($0)" }
        }
        // Of equal ones the first comes first, as in the predicted class.
        let order = outputs.indices.sorted { (outputs[$0], $1) > (outputs[$1], $0) }
        return order.prefix(top).flatMap { [quoted(model.className($0)), "\(outputs[$0])"] }
    }
}

private func quoted(_ text: String) -> String {
    // Bytes, since a carriage return and a line feed are one Character.
    let special = Array(",\"\n\r".utf8)
    guard text.utf8.contains(where: special.contains) else { return text }
    let quote = UInt8(ascii: "\"")
    let bytes = text.utf8.flatMap { $0 == quote ? [quote, quote] : [$0] }
    return "\"" + String(decoding: bytes, as: UTF8.self) + "\""
}
