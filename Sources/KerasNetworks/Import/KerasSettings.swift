import DurableFiles
import Kernels
import PortableNetworks

/// The settings of one layer, which may say anything.
struct KerasSettings {
    let layer: KerasGraph.Layer
    private let file: String

    init(_ layer: KerasGraph.Layer, file: String) { (self.layer, self.file) = (layer, file) }

    func error(_ problem: ModelImportError.Problem) -> ModelImportError {
        ModelImportError(file: file, place: layer.name, problem)
    }

    /// That networks in words have no layer with this value of a setting.
    func unsupported(_ setting: String, _ value: String? = nil) -> ModelImportError {
        error(.unsupported(setting: setting, value: value ?? layer.config[setting]?.shortText ?? "null"))
    }

    func integer(_ name: String, usual: Int? = nil, in bounds: ClosedRange<Int>) throws(ModelImportError) -> Int {
        guard let value = layer.config[name].map({ $0.wholeNumber }) ?? usual, bounds.contains(value) else {
            throw unsupported(name)
        }
        return value
    }

    func number(_ name: String, usual: Double, in bounds: Range<Double>) throws(ModelImportError) -> Double {
        guard let value = layer.config[name].map({ $0.realNumber }) ?? usual, bounds.contains(value) else {
            throw unsupported(name)
        }
        return value
    }

    /// Whether something is switched on.
    func isOn(_ name: String, usual: Bool) throws(ModelImportError) -> Bool {
        switch layer.config[name] {
        case nil: return usual
        case .bool(let value): return value
        default: throw unsupported(name)
        }
    }

    func text(_ name: String, usual: String) throws(ModelImportError) -> String {
        guard let value = layer.config[name] else { return usual }
        guard let text = value.plainText else { throw unsupported(name) }
        return text
    }

    /// One size for each axis of a window, or one for all of them.
    func sizes(_ name: String, axes: Int, usual: [Int]? = nil) throws(ModelImportError) -> [Int] {
        guard let value = layer.config[name] else {
            guard let usual else { throw unsupported(name) }
            return usual
        }
        let numbers =
            value.wholeNumber.map { Array(repeating: $0, count: axes) } ?? value.items?.compactMap(\.wholeNumber)
        guard let numbers, numbers.count == axes, numbers.allSatisfy({ (1...1000).contains($0) }) else {
            throw unsupported(name)
        }
        return numbers
    }

    /// What is added or cut before and after each axis.
    func pairs(_ name: String, axes: Int) throws(ModelImportError) -> [[Int]] {
        let value = layer.config[name]
        var pairs: [[Int]] = []
        if let one = value?.wholeNumber {
            pairs = Array(repeating: [one, one], count: axes)
        } else if axes == 1, let pair = value?.items?.compactMap(\.wholeNumber) {
            pairs = [pair.count == 1 ? pair + pair : pair]
        } else {
            pairs =
                value?.items?.map { item in
                    item.wholeNumber.map { [$0, $0] } ?? item.items?.compactMap(\.wholeNumber) ?? []
                } ?? []
        }
        let isPlain = pairs.count == axes && pairs.allSatisfy { $0.count == 2 && $0.allSatisfy((0...1000).contains) }
        guard isPlain else { throw unsupported(name) }
        return pairs
    }

    /// The name of an activation function, which newer files may have as an object.
    func activation(_ name: String = "activation", usual: String = "linear") throws(ModelImportError) -> Activation {
        let value = layer.config[name]
        let text = value?.plainText ?? value?["config"]?.plainText ?? (value == nil ? usual : nil)
        guard let text, let activation = Activation(kerasName: text) else {
            throw unsupported(name, value?["class_name"]?.plainText == "function" ? text : nil)
        }
        return activation
    }

    /// Refuses a setting that is switched on.
    func requireOff(_ names: String...) throws(ModelImportError) {
        for name in names where try isOn(name, usual: false) { throw unsupported(name) }
    }

    func requireChannelsLast() throws(ModelImportError) {
        guard try text("data_format", usual: "channels_last") == "channels_last" else {
            throw unsupported("data_format")
        }
    }

    /// Refuses an axis other than the last one of samples with this many axes.
    func requireLastAxis(_ axes: Int) throws(ModelImportError) {
        guard let numbers = layer.config["axis"].map(\.allNumbers) ?? [-1], numbers == [-1] || numbers == [Double(axes)]
        else {
            throw unsupported("axis")
        }
    }
}
