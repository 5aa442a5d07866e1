import Kernels
import Layers
import Networks
import Reference

/// output = input − the mean of the input over all samples that are computed together: a layer with a meeting in each pass.
/// At inference it is the identity.
package struct MeanSubtraction: Layer {
    package let inputShape: [Int]

    package init(inputShape: [Int]) { self.inputShape = inputShape }

    package var outputShape: [Int] { inputShape }
    package var operations: Int { 2 * columns }
    fileprivate var columns: Int { inputShape.reduce(1, *) }

    /// The sums of the columns, and the number of rows.
    package var forwardMeeting: Meeting? { .sums(columns + 1) }
    package var backwardMeeting: Meeting? { .sums(columns + 1) }

    package func makeKernel(_ use: LayerUse) -> any LayerKernel { MeanSubtractionKernel(layer: self, rows: use.rows) }

    package func reference(rows: Int, randomness: PassRandomness?) -> any ReferenceLayer { ReferenceMeanSubtraction() }
}

private final class MeanSubtractionKernel: LayerKernel {
    private let columns: Int
    private let rows: Int

    init(layer: MeanSubtraction, rows: Int) { (columns, self.rows) = (layer.columns, rows) }

    func prepareForward(_ arguments: ForwardArguments, sums: BufferView<Double>) { add(arguments.input, into: sums) }

    func forward(_ arguments: ForwardArguments) {
        subtract(arguments.total, from: arguments.input, into: arguments.output)
    }

    func prepareBackward(_ arguments: BackwardArguments, sums: BufferView<Double>) {
        add(arguments.outputGradient, into: sums)
    }

    func backward(_ arguments: BackwardArguments) {
        guard let inputGradient = arguments.inputGradient else { return }
        subtract(arguments.total, from: arguments.outputGradient, into: inputGradient)
    }

    private func add(_ values: FloatView, into sums: BufferView<Double>) {
        for column in 0..<columns {
            sums[column] = (0..<rows).reduce(0) { $0 + Double(values[$1 * columns + column]) }
        }
        sums[columns] = Double(rows)
    }

    private func subtract(_ total: BufferView<Double>?, from values: FloatView, into results: FloatView) {
        for index in 0..<values.count {
            let mean = total.map { $0[index % columns] / $0[columns] } ?? 0
            results[index] = Float(Double(values[index]) - mean)
        }
    }
}

private struct ReferenceMeanSubtraction: ReferenceLayer {
    func outputs(_ inputs: [ReferenceRows]) -> ReferenceRows { centered(inputs[0]) }

    func gradients(
        _ inputs: [ReferenceRows], _ gradient: ReferenceRows
    ) -> (inputs: [ReferenceRows], tensors: [[Double]]) { ([centered(gradient)], []) }

    private func centered(_ rows: ReferenceRows) -> ReferenceRows {
        let means = rows[0].indices.map { column in rows.reduce(0) { $0 + $1[column] } / Double(rows.count) }
        return rows.map { zip($0, means).map(-) }
    }
}

/// output = scale · input + shift, feature by feature: a layer whose gradients are computed for each shard.
package struct ScaleAndShift: Layer {
    package let inputShape: [Int]

    package init(inputShape: [Int]) { self.inputShape = inputShape }

    package var outputShape: [Int] { inputShape }
    package var operations: Int { 2 * columns }
    fileprivate var columns: Int { inputShape.reduce(1, *) }

    package var tensors: [TensorSpecification] {
        [
            TensorSpecification(
                name: "scale", shape: [columns], isWeight: false, initializer: .constant(1), fanIn: 1, fanOut: 1),
            TensorSpecification(
                name: "shift", shape: [columns], isWeight: false, initializer: .zeros, fanIn: 1, fanOut: 1),
        ]
    }

    package var gradients: TensorGradients { .perShard }

    package func makeKernel(_ use: LayerUse) -> any LayerKernel {
        ScaleAndShiftKernel(layer: self)
    }

    package func reference(rows: Int, randomness: PassRandomness?) -> any ReferenceLayer {
        ReferenceScaleAndShift(columns: columns)
    }
}

private final class ScaleAndShiftKernel: LayerKernel {
    private let columns: Int
    /// scale, shift
    private let ranges: [Range<Int>]

    init(layer: ScaleAndShift) { (columns, ranges) = (layer.columns, layer.tensorRanges) }

    private func tensors(_ flat: FloatView) -> (scale: FloatView, shift: FloatView) {
        (flat.slice(ranges[0]), flat.slice(ranges[1]))
    }

    func forward(_ arguments: ForwardArguments) {
        let (scale, shift) = tensors(arguments.parameters)
        for index in 0..<arguments.output.count {
            arguments.output[index] = scale[index % columns] * arguments.input[index] + shift[index % columns]
        }
    }

    func backward(_ arguments: BackwardArguments) {
        let gradient = arguments.outputGradient
        if let gradients = arguments.tensorGradients {
            let (scale, shift) = tensors(gradients)
            for column in 0..<columns {
                (scale[column], shift[column]) = (0, 0)
                for index in stride(from: column, to: gradient.count, by: columns) {
                    scale[column] += gradient[index] * arguments.input[index]
                    shift[column] += gradient[index]
                }
            }
        }
        guard let inputGradient = arguments.inputGradient else { return }
        let (scale, _) = tensors(arguments.parameters)
        for index in 0..<gradient.count { inputGradient[index] = scale[index % columns] * gradient[index] }
    }
}

private struct ReferenceScaleAndShift: ReferenceLayer {
    /// scale, shift
    var tensors: [[Double]]
    var areWeights: [Bool] { [false, false] }

    init(columns: Int) { tensors = Array(repeating: Array(repeating: 0, count: columns), count: 2) }

    func outputs(_ inputs: [ReferenceRows]) -> ReferenceRows {
        inputs[0].map { row in row.indices.map { tensors[0][$0] * row[$0] + tensors[1][$0] } }
    }

    func gradients(
        _ inputs: [ReferenceRows], _ gradient: ReferenceRows
    ) -> (inputs: [ReferenceRows], tensors: [[Double]]) {
        var found = tensors.map { $0.map { _ in 0.0 } }
        for (x, g) in zip(inputs[0], gradient) {
            for column in x.indices {
                found[0][column] += g[column] * x[column]
                found[1][column] += g[column]
            }
        }
        return ([gradient.map { row in row.indices.map { row[$0] * tensors[0][$0] } }], found)
    }
}

extension Network {
    /// A network of layers in a row, and an output layer.
    package init(inputShape: [Int], layers: [any Layer], objective: Objective, precision: Precision = .fp32) {
        let shape = layers.last?.outputShape ?? inputShape
        let output = Dense(
            inputShape: shape, outputs: objective.outputs, activation: .identity, initializer: .xavierUniform,
            format: OperandFormat(precision))
        self.init(
            inputShape: inputShape,
            nodes: (layers + [output]).enumerated().map { index, layer in
                Node(name: "layer\(index)", layer: layer, inputs: [index], isTrainable: true, rate: 1)
            }, objective: objective, precision: precision)
    }
}
