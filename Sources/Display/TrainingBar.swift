import Foundation
import Messages

/// How far a run is, for the bar of a terminal and for the lines elsewhere.
struct TrainingBar {
    var epoch: Int
    var epochs: Int
    var step: Int
    var totalSteps: Int
    /// Smoothed over the last steps.
    var loss: Double
    /// Of the epoch so far; nil if there is none.
    var accuracy: Double?
    /// Of the epoch so far; nil before its first step.
    var samplesPerSecond: Double?
    var secondsLeft: Double

    func text(columns: Int) -> String {
        let left = clock(secondsLeft)
        var fields = [
            Bar.Field(
                "epoch \(epoch)/\(epochs)", "epoch \(epoch)/\(epochs)", "epoch \(epoch)/\(epochs)",
                "\(epoch)/\(epochs)", rank: 3),
            Bar.Field("step \(grouped(step)) of \(grouped(totalSteps))", "step \(grouped(step))", rank: 1),
            Bar.Field("loss \(figure(loss))", rank: 0),
        ]
        if let accuracy {
            fields.append(
                Bar.Field(
                    "accuracy \(percent(accuracy))", percent(accuracy), String(format: "%.1f%%", 100 * accuracy),
                    rank: 4))
        }
        if let samplesPerSecond, samplesPerSecond.isFinite {
            let speed = grouped(Int(samplesPerSecond))
            fields.append(Bar.Field("\(speed) samples/s", "\(speed)/s", "\(compact(samplesPerSecond))/s", rank: 5))
        }
        fields.append(Bar.Field("\(left) left", "\(left) left", "\(left) left", left, rank: 2))
        return Bar(length: .share(share), fields: fields).text(columns: columns)
    }

    /// "step 1,200 of 9,380, epoch 3/10: loss 0.4312, accuracy 84.97%, 1,234 samples/s, 3:12 left"
    var sentence: String {
        var figures = ["loss \(figure(loss))"]
        if let accuracy { figures.append("accuracy \(percent(accuracy))") }
        if let samplesPerSecond, samplesPerSecond.isFinite {
            figures.append("\(grouped(Int(samplesPerSecond))) samples/s")
        }
        figures.append("\(clock(secondsLeft)) left")
        return "step \(grouped(step)) of \(grouped(totalSteps)), epoch \(epoch)/\(epochs): "
            + figures.joined(separator: ", ")
    }

    private var share: Double { Double(step) / Double(max(totalSteps, 1)) }
}
