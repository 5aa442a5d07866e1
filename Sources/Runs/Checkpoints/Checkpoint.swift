import Datasets
import DurableFiles
import HDF5
import Kernels
import Networks
import Optimizers
import RunSettings
import Stepping
import Yams

/// All of a run's state at one step: what is needed to go on exactly, and to use the network.
package struct Checkpoint: Sendable {
    package let model: Model
    /// What the run learns from.
    package let fingerprint: DataFingerprint
    package private(set) var progress: TrainingProgress
    /// The epochs finished so far.
    package private(set) var history: [EpochMetrics]
    /// In the network's layout.
    package private(set) var parameters: FloatBuffer
    /// The optimizer's slots, each in the network's layout.
    package private(set) var slots: [(name: String, values: FloatBuffer)]

    package init(
        model: Model, fingerprint: DataFingerprint, progress: TrainingProgress, history: [EpochMetrics],
        parameters: FloatBuffer, slots: [(name: String, values: FloatBuffer)]
    ) {
        (self.model, self.fingerprint, self.progress) = (model, fingerprint, progress)
        (self.history, self.parameters, self.slots) = (history, parameters, slots)
    }

    static let format = "lockstep-checkpoint"
    static let version = 1
    /// The attribute of the root that holds `numbersDigest`.
    private static let numbersAttribute = "numbers"

    /// SHA-256 over what training has made, `sha256:…`: the values of the parameters, then of the slots by name, each in the
    /// order of the layout. Settings, names and versions have no part in it.
    package var numbersDigest: String {
        let digest = NumbersDigest()
        for buffer in [parameters] + slots.sorted(by: { $0.name < $1.name }).map(\.values) {
            for tensor in model.network.layout.tensors { digest.add(buffer.view.slice(tensor)) }
        }
        return digest.text
    }

    /// The datasets that `numbersDigest` is over.
    private var numberPaths: Set<String> {
        let groups = ["/parameters"] + slots.map { "/optimizer/\($0.name)" }
        return Set(groups.flatMap { group in model.network.layout.tensors.map { "\(group)/\($0.layer)/\($0.name)" } })
    }

    /// Those that the network is judged and used with: their moving average, where the run keeps one.
    package var networkParameters: FloatBuffer {
        slots.first { $0.name == ParameterStore.averageName }?.values ?? parameters
    }

    /// The same state after one more rollback.
    func with(rollbacks: Int) -> Checkpoint {
        var checkpoint = self
        checkpoint.progress.rollbacks = rollbacks
        return checkpoint
    }

    /// Whether both are of one moment of one run.
    func isSameMoment(as other: Checkpoint) -> Bool {
        progress == other.progress && history.count == other.history.count
    }

    func with(history: [EpochMetrics]) -> Checkpoint {
        var checkpoint = self
        checkpoint.history = history
        return checkpoint
    }

    /// The parameters, then the slots.
    var buffers: [FloatBuffer] { [parameters] + slots.map(\.values) }

    /// The same state on other memory, in the order of `buffers`.
    func with(buffers: [FloatBuffer]) -> Checkpoint {
        var checkpoint = self
        checkpoint.parameters = buffers[0]
        checkpoint.slots = Array(zip(slots.map(\.name), buffers.dropFirst()))
        return checkpoint
    }

    // MARK: Writing

    /// Fills an empty HDF5 file with the layout of a checkpoint.
    func write(to root: Group) throws {
        try root.writeString("format", Self.format)
        try root.writeScalar("version", Int64(Self.version))
        try root.writeString("lockstep", lockstepVersion)
        _ = try root.createStringDataset(
            "config", strings: [try ConfigurationFile.text(of: model.entries + fingerprint.entries)],
            options: DatasetOptions(chunkShape: [1], fletcher32: true))
        try write(parameters, to: root.createGroup("parameters"))
        let optimizer = try root.createGroup("optimizer")
        for slot in slots { try write(slot.values, to: optimizer.createGroup(slot.name)) }
        _ = try root.createGroup("state")
        try write(progress, to: root.createGroup("progress"))
        try write(history, to: root.createGroup("history"))
        try root.writeString(Self.numbersAttribute, numbersDigest)
        try root.writeString(ContentDigest.attribute, ContentDigest.of(root, leavingOut: numberPaths))
    }

    private func write(_ buffer: FloatBuffer, to group: Group) throws {
        for tensor in model.network.layout.tensors {
            let layer =
                try group.contains(tensor.layer) ? group.group(tensor.layer) : group.createGroup(tensor.layer)
            let dataset = try layer.createDataset(
                tensor.name, of: Float.self, shape: tensor.shape, options: .checked(shape: tensor.shape))
            try dataset.write(from: UnsafeBufferPointer(buffer.view.slice(tensor).pointer))
        }
    }

    private func write(_ progress: TrainingProgress, to group: Group) throws {
        try group.writeScalar("step", Int64(progress.step))
        try group.writeScalar("epoch", Int64(progress.position.epoch))
        try group.writeScalar("position", Int64(progress.position.offset))
        try group.writeScalar("epochLoss", progress.epochSum.loss)
        try group.writeScalar("epochCorrect", Int64(progress.epochSum.correct))
        try group.writeScalar("rollbacks", Int64(progress.rollbacks))
    }

    private func write(_ history: [EpochMetrics], to group: Group) throws {
        guard !history.isEmpty else { return }
        let options = DatasetOptions.checked(shape: [history.count])
        try group.createDataset("epoch", of: Int64.self, shape: [history.count], options: options)
            .write(history.map { Int64($0.epoch) })
        try group.createDataset("step", of: Int64.self, shape: [history.count], options: options)
            .write(history.map { Int64($0.step) })
        for column in EpochMetrics.columns where history.contains(where: { column.value($0) != nil }) {
            try group.createDataset(column.name, of: Double.self, shape: [history.count], options: options)
                .write(history.map { column.value($0) ?? .nan })
        }
    }
}

// MARK: Reading

extension Checkpoint {
    /// Reads what `write` wrote.
    package init(reading root: Group, file: String) throws {
        guard try root.hasAttribute("format"), try root.readString("format") == Self.format else {
            throw CheckpointError.notACheckpoint(file: file)
        }
        let version = Int(try root.readScalar("version", as: Int64.self))
        guard version == Self.version else { throw CheckpointError.unsupportedVersion(file: file, version: version) }
        guard let text = try root.dataset("config").readStrings().first else {
            throw CheckpointError.missing(file: file, object: "/config")
        }
        guard let mapping = try? Yams.compose(yaml: text)?.mapping else {
            throw CheckpointError.unreadableConfiguration(file: file, key: "lines of the form key: value")
        }
        model = try Model(entries: mapping, file: file)
        fingerprint = DataFingerprint(entries: mapping)
        let layout = model.network.layout
        let optimizer = try root.group("optimizer")
        let slotNames = try optimizer.members().map(\.name)
        // A file may claim any size.
        try OutOfMemory.require(4 * layout.bufferCount * (1 + slotNames.count), for: file)
        parameters = try Self.readBuffer(root.group("parameters"), layout, file)
        slots = try slotNames.map { ($0, try Self.readBuffer(optimizer.group($0), layout, file)) }
        progress = try Self.readProgress(root.group("progress"), file)
        history = try Self.readHistory(root.group("history"), upTo: progress, file)
        // Files of before have no such attribute; then the digest is over all values.
        let hasNumbers = try root.hasAttribute(Self.numbersAttribute)
        guard try !hasNumbers || root.readString(Self.numbersAttribute) == numbersDigest,
            try root.readString(ContentDigest.attribute)
                == ContentDigest.of(root, leavingOut: hasNumbers ? numberPaths : [])
        else { throw CheckpointError.damaged(file: file) }
    }

    private static func readBuffer(_ group: Group, _ layout: ParameterLayout, _ file: String) throws -> FloatBuffer {
        let buffer = FloatBuffer(count: layout.bufferCount)
        for tensor in layout.tensors {
            let name = "\(tensor.layer)/\(tensor.name)"
            guard try group.contains(name) else {
                throw CheckpointError.missing(file: file, object: "\(group.path)/\(name)")
            }
            let dataset = try group.dataset(name)
            guard dataset.shape == tensor.shape else {
                throw CheckpointError.wrongShape(
                    file: file, object: dataset.path, expected: tensor.shape, found: dataset.shape)
            }
            try dataset.read(rows: 0..<tensor.shape[0], into: buffer.view.slice(tensor).pointer)
        }
        return buffer
    }

    /// Far above what any run counts to, and far below where sums of such numbers overflow.
    private static let mostCounted = 1 << 53

    private static func readProgress(_ group: Group, _ file: String) throws -> TrainingProgress {
        func integer(_ name: String) throws -> Int {
            let value = Int(try group.readScalar(name, as: Int64.self))
            guard (0...(name == "rollbacks" ? TrainingRun.mostRollbacks : mostCounted)).contains(value) else {
                throw CheckpointError.damaged(file: file)
            }
            return value
        }
        var progress = TrainingProgress()
        progress.step = try integer("step")
        progress.position = Position(epoch: try integer("epoch"), offset: try integer("position"))
        progress.epochSum = LossSum(
            loss: try group.readScalar("epochLoss", as: Double.self), correct: try integer("epochCorrect"))
        progress.rollbacks = try integer("rollbacks")
        guard progress.epochSum.loss.isFinite else { throw CheckpointError.damaged(file: file) }
        return progress
    }

    private static func readHistory(
        _ group: Group, upTo progress: TrainingProgress, _ file: String
    ) throws -> [EpochMetrics] {
        guard try group.contains("epoch") else { return [] }
        let steps = try group.dataset("step").read(as: Int64.self)
        var history = zip(try group.dataset("epoch").read(as: Int64.self), steps).map { epoch, step in
            EpochMetrics(epoch: Int(epoch), step: Int(step), trainLoss: .nan, learningRate: .nan)
        }
        for column in EpochMetrics.columns where try group.contains(column.name) {
            let values = try group.dataset(column.name).read(as: Double.self)
            for (index, value) in values.enumerated() where index < history.count && !value.isNaN {
                column.set(&history[index], value)
            }
        }
        // One epoch after the other, up to where the run is.
        let ends = [(epoch: 0, step: 0)] + history.map { (epoch: $0.epoch, step: $0.step) }
        let areAscending = zip(ends, ends.dropFirst()).allSatisfy { $0.epoch < $1.epoch && $0.step < $1.step }
        guard areAscending, ends.allSatisfy({ $0.epoch <= progress.position.epoch && $0.step <= progress.step }),
            history.allSatisfy({ $0.figures.allSatisfy { !$0.value.isInfinite } })
        else { throw CheckpointError.damaged(file: file) }
        return history
    }
}

extension DatasetOptions {
    /// Chunks of some 16 MiB of 4-byte numbers at the most, each with its checksum.
    static func checked(shape: [Int]) -> DatasetOptions {
        let rowCount = shape.dropFirst().reduce(1, *)
        let rows = max(1, min(shape[0], (4 << 20) / max(rowCount, 1)))
        return DatasetOptions(chunkShape: [rows] + shape.dropFirst(), fletcher32: true)
    }
}
