import Datasets
import Kernels
import Messages
import Models
import Networks
import Pages
import Stepping

/// What a network of one or two features gives all over their range, with the samples that it is judged on.
package struct FeaturePlane: Sendable {
    let blocks: [any Block]

    /// Predicted points along each of two features, and along a single one.
    private static let (side, points) = (240, 80)
    /// Levels of a measurement over two features.
    private static let levelCount = 6
    /// More outputs are not shown.
    private static let mostOutputs = 6
    /// The share of the samples' range that is added at each end.
    private static let margin = 0.06

    /// Returns nil for networks of other features than one or two numbers.
    /// - Throws: `KernelError`.
    package init?(_ evaluation: Evaluation) throws {
        let model = evaluation.model
        let schema = model.schema.features
        let count = schema.sampleShape == [1] ? 1 : schema.sampleShape == [2] ? 2 : 0
        guard count > 0, schema.inputShape == schema.sampleShape, schema.vocabulary == nil, !schema.hasLengths,
            !schema.categories.contains(where: { $0 != nil })
        else { return nil }
        let samples = evaluation.samples.features
        let inputs = FloatBuffer(count: samples.rows * count)
        samples.gather(0..<samples.rows, into: inputs.view)
        let axes = (0..<count).map { feature in
            Axis(
                stride(from: feature, to: inputs.count, by: count).map { Double(inputs.view[$0]) }, margin: Self.margin,
                name: schema.names?[feature] ?? "feature \(feature)"
            ) { schema.standardization.value(of: $0, feature: feature, width: count) }
        }
        let grid = FloatBuffer(count: count == 1 ? Self.points : 2 * Self.side * Self.side)
        for place in 0..<grid.count / count {
            if count == 1 {
                grid.view[place] = axes[0].input(place, of: Self.points)
            } else {
                // Rows from the top.
                let (row, column) = place.quotientAndRemainder(dividingBy: Self.side)
                grid.view[2 * place] = axes[0].input(column, of: Self.side)
                grid.view[2 * place + 1] = axes[1].input(Self.side - 1 - row, of: Self.side)
            }
        }
        let outputs = try Inference(network: model.network.plainlyJudged, workerCount: 1)
            .outputs(
                of: FeatureMatrix(floats: grid, sampleShape: [count]),
                parameters: evaluation.checkpoint.networkParameters)
        let plane = Plane(evaluation: evaluation, axes: axes, outputs: outputs)
        blocks = count == 1 ? plane.line(points: Self.points) : plane.surface
    }

    /// A feature's range, as inputs and as values of the data.
    private struct Axis {
        let inputs: [Double]
        let low: Double
        let high: Double
        let name: String
        let value: (Double) -> Double

        init(_ inputs: [Double], margin: Double, name: String, value: @escaping (Double) -> Double) {
            let (low, high) = (inputs.min() ?? 0, inputs.max() ?? 0)
            (self.inputs, self.name, self.value) = (inputs, name, value)
            (self.low, self.high) = (low - margin * (high - low), high + margin * (high - low))
        }

        /// The input in the middle of one of so many cells.
        func input(_ cell: Int, of count: Int) -> Float {
            Float(low + (Double(cell) + 0.5) / Double(count) * (high - low))
        }

        var range: ClosedRange<Double> { min(value(low), value(high))...max(value(low), value(high)) }
    }

    private struct Plane {
        let evaluation: Evaluation
        let axes: [Axis]
        let outputs: FloatBuffer

        private var model: Model { evaluation.model }
        private var width: Int { model.encoding.outputs }

        /// Measurements and predictions of each output, in the unit of the data; none for classes.
        private var measurements: [(name: String, measured: [Double], predicted: [Double])] {
            guard case .numbers = model.encoding, case .values(let targets, _) = evaluation.samples.targets else {
                return []
            }
            let (measured, predicted) = (model.results(targets), model.results(outputs))
            func column(_ values: FloatBuffer, _ output: Int) -> [Double] {
                stride(from: output, to: values.count, by: width).map { Double(values.view[$0]) }
            }
            return (0..<min(width, FeaturePlane.mostOutputs)).map {
                (evaluation.outputNames[$0], column(measured, $0), column(predicted, $0))
            }
        }

        // MARK: One feature

        func line(points: Int) -> [any Block] {
            let axis = axes[0]
            let places = (0..<points).map { axis.value(Double(axis.input($0, of: points))) }
            guard evaluation.ratings == nil else {
                let series = (0..<min(width, FeaturePlane.mostOutputs)).map { output in
                    LineChart.Series(
                        evaluation.outputNames[output],
                        places.enumerated().map { Point(x: $1, y: Double(outputs.view[$0 * width + output])) })
                }
                return [
                    LineChart(
                        title: "Outputs over \(axis.name)", horizontal: axis.name, vertical: "output", series: series)
                ]
            }
            return measurements.map { name, measured, predicted in
                ScatterChart(
                    title: "\(name) over \(axis.name)", horizontal: axis.name, vertical: name,
                    groups: [
                        .init("measured", zip(axis.inputs, measured).map { Point(x: axis.value($0), y: $1) }),
                        .init("predicted", zip(places, predicted).map { Point(x: $0, y: $1) }),
                    ])
            }
        }

        // MARK: Two features

        var surface: [any Block] {
            if let classes = evaluation.classes, let areas = model.predictedClasses(outputs) {
                let title = "Which class the network decides for"
                return chart(
                    title, names: evaluation.classNames, of: classes.labels, areas: areas, levelCount: nil,
                    caption: "The areas are the predicted classes, the points samples by their own.")
            }
            return measurements.flatMap { name, measured, predicted -> [any Block] in
                let all = measured + predicted
                let (low, high) = (all.min() ?? 0, all.max() ?? 0)
                let count = FeaturePlane.levelCount
                func level(_ value: Double) -> Int {
                    high > low ? min(count - 1, max(0, Int((value - low) / (high - low) * Double(count)))) : 0
                }
                let ends = (0...count).map { Numeral.short(low + Double($0) / Double(count) * (high - low), digits: 3) }
                return chart(
                    "\(name) over two features", names: (0..<count).map { "\(ends[$0]) to \(ends[$0 + 1])" },
                    of: measured.map(level), areas: predicted.map(level), levelCount: count,
                    caption: "The areas are predicted, stronger for more; the points are the measurements of samples.")
            }
        }

        private func chart(
            _ title: String, names: [String], of samples: [Int], areas: [Int], levelCount: Int?, caption: String
        ) -> [any Block] {
            let side = FeaturePlane.side
            guard
                let raster = DecisionRaster(
                    classes: areas, width: side, height: side, horizontal: axes[0].range, vertical: axes[1].range,
                    levelCount: levelCount)
            else { return [] }
            let groups = names.enumerated().map { number, name in
                let rows = samples.indices.filter { samples[$0] == number }
                return ScatterChart.Group(
                    name,
                    rows.map { Point(x: axes[0].value(axes[0].inputs[$0]), y: axes[1].value(axes[1].inputs[$0])) })
            }
            return [
                ScatterChart(
                    title: title, horizontal: axes[0].name, vertical: axes[1].name, groups: groups,
                    background: .decision(raster), caption: caption)
            ]
        }
    }
}
