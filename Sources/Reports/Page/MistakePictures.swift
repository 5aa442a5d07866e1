import Kernels
import Messages
import Models
import Pages

/// The samples whose own class has got the smallest output, as pictures.
struct MistakePictures {
    let grid: PictureGrid

    private static let most = 24

    /// Returns nil if samples are no images, or have no class each, or all are right.
    init?(_ evaluation: Evaluation) {
        guard let classes = evaluation.classes, evaluation.samples.targetSteps == nil,
            let image = ImageShape(of: evaluation.model)
        else { return nil }
        let width = evaluation.model.encoding.outputs
        func output(_ row: Int, _ id: Int) -> Float {
            let value = evaluation.outputs.view[row * width + (width == 1 ? 0 : id)]
            return width == 1 && id == 0 ? 1 - value : value
        }
        let wrong = classes.labels.indices.filter { classes.labels[$0] != classes.predictions[$0] }
        let worst = wrong.map { (row: $0, output: output($0, classes.labels[$0])) }
            .sorted { ($0.output, $0.row) < ($1.output, $1.row) }.prefix(Self.most)
        guard !worst.isEmpty else { return nil }
        let features = FloatBuffer(count: worst.count * evaluation.samples.features.width)
        evaluation.samples.features.gather(worst.map(\.row)[...], into: features.view)
        let range = (features.view.pointer.min() ?? 0)...(features.view.pointer.max() ?? 0)
        let areProbabilities = evaluation.model.network.objective.loss.takesProbabilities
        let items = worst.enumerated().compactMap { index, each -> PictureGrid.Item? in
            let values = features.view.slice(index * image.count, image.count).array
            guard let picture = image.picture(values, range: range) else { return nil }
            let prediction = classes.predictions[each.row]
            let share = areProbabilities ? " at " + percent(Double(output(each.row, prediction))) : ""
            return PictureGrid.Item(
                picture,
                lines: [
                    evaluation.classNames[classes.labels[each.row]],
                    "taken for \(evaluation.classNames[prediction])\(share)",
                ])
        }
        grid = PictureGrid(
            title: "The worst mistakes", items: items,
            caption:
                "\(counted(wrong.count, "sample")) of \(grouped(classes.labels.count)) \(wrong.count == 1 ? "is" : "are") "
                + "wrong; these gave their own class least.")
    }
}

/// How the values of an input make a picture.
struct ImageShape {
    private let width: Int
    private let height: Int
    private let channels: Int

    var count: Int { width * height * channels }

    /// Returns nil if a model's inputs are no images of one or three channels.
    init?(of model: Model) {
        let features = model.schema.features
        let (shape, axes) = (features.inputShape, features.inputAxes)
        switch (shape.count, axes) {
        case (2, nil), (2, "HW"): self.init(height: shape[0], width: shape[1], channels: 1)
        case (3, nil), (3, "HWC"): self.init(height: shape[0], width: shape[1], channels: shape[2])
        default: return nil
        }
    }

    /// Returns nil for a single row of pixels, or other numbers of channels than one and three.
    init?(height: Int, width: Int, channels: Int) {
        guard height > 1, width > 1, channels == 1 || channels == 3 else { return nil }
        (self.height, self.width, self.channels) = (height, width, channels)
    }

    /// - Parameter values: [height, width, channels]
    func picture(_ values: [Float], range: ClosedRange<Float>) -> Picture? {
        Picture(width: width, height: height, kind: channels == 1 ? .grey : .rgb, values: values, range: range)
    }
}
