import DurableFiles
import Messages
import Models
import Runs

/// Precision, recall and F1 of each class, or of each output of a multi-label network, and their macro averages.
struct Ratings {
    /// "class" or "output", and its plural.
    private let noun: (one: String, many: String)
    private let names: [String]
    private let counts: [PredictionCounts]
    private let averages: MacroAverages

    /// - Parameters:
    ///   - names: of the classes.
    ///   - labels: [samples]
    ///   - predictions: [samples]
    init(ofClasses names: [String], labels: [Int], predictions: [Int]) {
        noun = ("class", "classes")
        self.names = names
        counts = PredictionCounts.ofClasses(labels: labels, predictions: predictions, classCount: names.count)
        averages = MacroAverages(ofClasses: counts)
    }

    /// - Parameters:
    ///   - names: of the outputs.
    ///   - labels: [samples, outputs]
    ///   - predictions: [samples, outputs]
    init(ofOutputs names: [String], labels: [Bool], predictions: [Bool]) {
        noun = ("output", "outputs")
        self.names = names
        counts = PredictionCounts.ofOutputs(labels: labels, predictions: predictions, outputs: names.count)
        averages = MacroAverages(ofOutputs: counts)
    }

    var averagesText: String {
        "macro averages: precision \(percent(averages.precision)), recall \(percent(averages.recall)), "
            + "F1 \(percent(averages.f1Score))"
    }

    var table: TextTable {
        var table = TextTable(header, alignsRight: [false, true, true, true, true, true])
        for row in rows { table.append(row) }
        return table
    }

    var header: [String] { [noun.one, "samples", "correct", "precision", "recall", "F1"] }

    /// A row for each class or output.
    var rows: [[String]] {
        zip(names, counts).map { name, each in
            let ratios = [each.precision, each.recall, each.f1Score].map { $0.map(percent) ?? "-" }
            return [name, grouped(each.samples), grouped(each.truePositives)] + ratios
        }
    }

    var members: [(String, JSON)] {
        let each = zip(names, counts).map { name, counts in
            JSON.object(
                [
                    (noun.one, .string(name)), ("samples", .integer(counts.samples)),
                    ("correct", .integer(counts.truePositives)),
                ] + Self.ratios(counts.precision, counts.recall, counts.f1Score))
        }
        return [
            ("macroAverages", .object(Self.ratios(averages.precision, averages.recall, averages.f1Score))),
            (noun.many, .array(each)),
        ]
    }

    private static func ratios(_ precision: Double?, _ recall: Double?, _ f1Score: Double?) -> [(String, JSON)] {
        [
            ("precision", .number(orNull: precision)), ("recall", .number(orNull: recall)),
            ("f1", .number(orNull: f1Score)),
        ]
    }
}
