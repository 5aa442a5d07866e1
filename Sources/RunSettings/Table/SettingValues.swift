import Layers
import Minibatches
import Networks
import Optimizers
import RecurrentLayers

/// The word for a value that is chosen automatically.
package let automatic = "auto"

// MARK: Bounds, with their descriptions

struct Bounds: Sendable {
    let words: String
    let contain: @Sendable (Double) -> Bool
}

let positive = Bounds(words: "above 0") { $0 > 0 }
let nonNegative = Bounds(words: "at least 0") { $0 >= 0 }
let fraction = Bounds(words: "at least 0 and below 1") { $0 >= 0 && $0 < 1 }

// MARK: Parsing values

func number(_ text: String, _ bounds: Bounds) throws(SettingProblem) -> Double {
    guard let number = Double(text), number.isFinite else { throw .notANumber(given: text) }
    // Training computes in Float, in which larger numbers are infinite and very small ones 0.
    guard number <= Double(Float.greatestFiniteMagnitude) else { throw .outOfBounds("at most 3.4e38", given: text) }
    guard bounds.contain(number), bounds.contain(Double(Float(number))) else {
        throw .outOfBounds(bounds.words, given: text)
    }
    return number
}

/// Parses a number or a quotient: 1/255.
func quotient(_ text: String, _ bounds: Bounds) throws(SettingProblem) -> Double {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let over = Double(parts[0]), let under = Double(parts[1]), under != 0 else {
        return try RunSettings.number(text, bounds)
    }
    let quotient = over / under
    guard Float(quotient).isFinite else { throw .outOfBounds("at most 3.4e38", given: text) }
    // Training computes in Float.
    guard bounds.contain(Double(Float(quotient))) else { throw .outOfBounds(bounds.words, given: text) }
    return quotient
}

/// Parses a whole number.
/// - Throws: `SettingProblem` if it is not one or out of range.
package func integer(_ text: String, _ range: ClosedRange<Int>) throws(SettingProblem) -> Int {
    guard let integer = Int(text) else { throw .notAnInteger(given: text) }
    guard integer >= range.lowerBound else { throw .outOfBounds("at least \(range.lowerBound)", given: text) }
    guard integer <= range.upperBound else { throw .outOfBounds("at most \(range.upperBound)", given: text) }
    return integer
}

/// Parses a network in words such as `512,256`, or `none` for one without hidden layers.
func layers(_ text: String) throws(SettingProblem) -> [NetworkItem] {
    if text.isEmpty || text == "none" { return [] }
    do {
        return try NetworkReader.all.items(of: text)
    } catch {
        throw .badNetwork(error)
    }
}

/// Parses the number of leaves of a step.
func leaves(_ text: String) throws(SettingProblem) -> Int? {
    if text == automatic { return nil }
    guard let count = Int(text), (1...64).contains(count), count.nonzeroBitCount == 1 else {
        throw .notOfForm("auto, or a power of two from 1 to 64", given: text)
    }
    return count
}

/// Whether a text is one item of a list: without a comma outside brackets, and with every bracket closed.
func isListItem(_ text: String) -> Bool {
    var depth = 0
    for character in text {
        if character == "[" { depth += 1 }
        if character == "]" { depth -= 1 }
        if depth < 0 || depth == 0 && character == "," { return false }
    }
    return depth == 0
}

/// The items of a list: text between commas that are in no brackets.
package func listItems(_ text: String) -> [String] {
    var items = [""]
    var depth = 0
    for character in text {
        if character == "[" { depth += 1 }
        if character == "]" { depth -= 1 }
        if character == ",", depth == 0 {
            items.append("")
        } else {
            items[items.count - 1].append(character)
        }
    }
    return items.map { String(Substring($0).trimmingSpaces) }.filter { !$0.isEmpty }
}

/// Parses the names of layers.
func names(_ text: String) throws(SettingProblem) -> [String] {
    let names = text.split(separator: ",", omittingEmptySubsequences: false).map { String($0.trimmingSpaces) }
    guard !names.contains(""), Set(names).count == names.count else {
        throw .notOfForm("names of layers separated by commas, such as dense1,dense2", given: text)
    }
    return names
}

/// Parses `equal`, `balanced`, or `1,2.5,1`.
func classWeights(_ text: String) throws(SettingProblem) -> Configuration.ClassWeights {
    switch text {
    case "equal": return .equal
    case "balanced": return .balanced
    default:
        let weights = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0.trimmingSpaces) }
        let areUsable = weights.allSatisfy { $0.map { $0 >= 0 && Float($0).isFinite } ?? false }
        guard areUsable, weights.contains(where: { $0 ?? 0 > 0 }) else {
            throw .notOfForm(
                "equal, balanced, or numbers of at least 0 separated by commas, such as 1,2.5,1", given: text)
        }
        return .each(weights.compactMap { $0 })
    }
}

/// Parses changes of images such as `flip,crop:4`, or `none`.
func imageChanges(_ text: String) throws(SettingProblem) -> [ImageChange] {
    if text.isEmpty || text == "none" { return [] }
    var changes: [ImageChange] = []
    for item in text.split(separator: ",", omittingEmptySubsequences: false).map({ String($0.trimmingSpaces) }) {
        guard let change = ImageChange(item) else {
            try throwProblem(item, ["none"] + ImageChange.forms, ["PIXELS from 1 to 1000"])
        }
        changes.append(change)
    }
    return changes
}

func schedule(_ text: String) throws(SettingProblem) -> LearningRateSchedule {
    if let schedule = LearningRateSchedule(text) { return schedule }
    try throwProblem(
        text, LearningRateSchedule.forms,
        [
            "EVERY a number of steps, or of epochs as 10epochs", "AT numbers of steps or epochs",
            "FACTOR from 1e-6 to 1",
            "POWER from 0.01 to 100", "END from 0 to 1", "PEAK above 0 and below 1",
        ])
}

func initializer(_ text: String) throws(SettingProblem) -> Initializer? {
    if text == automatic { return nil }
    if let initializer = Initializer(text) { return initializer }
    try throwProblem(
        text, [automatic] + Initializer.forms, ["DEVIATION above 0", "LIMIT above 0", "VALUE a number"])
}

/// The name in a form: `cosine` in `cosine[:END]`, `normal` in `normal:0.5`.
package func name(ofForm form: String) -> String { String(form.prefix { $0 != ":" && $0 != "[" }) }

/// Throws the error for a value of the form NAME or NAME:NUMBER.
/// - Parameter bounds: descriptions of the numbers in the forms.
private func throwProblem(_ text: String, _ forms: [String], _ bounds: [String]) throws(SettingProblem) -> Never {
    guard let form = forms.first(where: { name(ofForm: $0) == name(ofForm: text) }) else {
        throw .notOneOf(forms, given: text)
    }
    let own = bounds.filter { form.contains($0.prefix { $0 != " " }) }
    throw .notOfForm(
        own.isEmpty ? "\(form), without a number" : "\(form), with " + own.joined(separator: ", "), given: text)
}

func cadence(_ text: String) throws(SettingProblem) -> CheckpointCadence? {
    if text == automatic { return nil }
    guard let cadence = CheckpointCadence(text) else {
        throw .notOfForm(
            "a number of steps, epochs or minutes, such as 500, 1epoch or 10min, and at most \(CheckpointCadence.maximumCount)",
            given: text)
    }
    return cadence
}

extension Configuration.ClassWeights: CustomStringConvertible {
    package var description: String {
        switch self {
        case .equal: "equal"
        case .balanced: "balanced"
        case .each(let weights): weights.map { "\($0)" }.joined(separator: ",")
        }
    }
}

extension Substring {
    /// Without spaces at the beginning and the end.
    var trimmingSpaces: Substring {
        let start = drop { $0 == " " }
        return start.lastIndex { $0 != " " }.map { start[...$0] } ?? start
    }
}
