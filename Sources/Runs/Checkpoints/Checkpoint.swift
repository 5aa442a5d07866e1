import DurableFiles
import HDF5
import Kernels
import Minibatches
import Models
import Networks
import Optimizers
import RunSettings
import Splits
import Stepping
import Yams

/// The state of a run after one step: everything needed to resume it bit for bit, and to use the network.
package struct Checkpoint: Sendable {
    package let model: Model
    /// Identifies the data of each split.
    package let fingerprint: DataFingerprint
    package private(set) var progress: TrainingProgress
    /// One entry for each finished epoch.
    package private(set) var history: [EpochMetrics]
    /// All parameters in one buffer, in the order of `ParameterLayout`.
    package private(set) var parameters: FloatBuffer
    /// The optimizer's slots and the moving average of the parameters, each laid out like `parameters`.
    package private(set) var slots: [(name: String, values: FloatBuffer)]

    package init(
        model: Model, fingerprint: DataFingerprint, progress: TrainingProgress, history: [EpochMetrics],
        parameters: FloatBuffer, slots: [(name: String, values: FloatBuffer)]
    ) {
        (self.model, self.fingerprint, self.progress) = (model, fingerprint, progress)
        (self.history, self.parameters, self.slots) = (history, parameters, slots)
    }

    static let format = "lockstep-checkpoint"
    static let version = 2
    /// The root's attribute that stores `valuesDigest`.
    private static let valuesDigestAttribute = "numbers"

    /// SHA-256 over the values of the parameters, then of the slots sorted by name, then of the running statistics: `sha256:…`.
    /// Settings, names and versions are not part of it.
    package var valuesDigest: String {
        let digest = ValuesDigest()
        let ofSlots = slots.sorted { $0.name < $1.name }.map { ($0.values, layout.tensors(ofSlot: $0.name)) }
        for (buffer, tensors) in [(parameters, layout.tensors)] + ofSlots + [(parameters, layout.statistics)] {
            for tensor in tensors { digest.add(buffer.view.slice(tensor)) }
        }
        return digest.text
    }

    /// The paths of the datasets that `valuesDigest` covers.
    private var valuePaths: Set<String> {
        let ofSlots = slots.map { ("/optimizer/\($0.name)", layout.tensors(ofSlot: $0.name)) }
        let groups = [("/parameters", layout.tensors), ("/state", layout.statistics)] + ofSlots
        return Set(groups.flatMap { group, tensors in tensors.map { "\(group)/\($0.layer)/\($0.name)" } })
    }

    private var layout: ParameterLayout { model.network.layout }

    /// The parameters for evaluation and prediction: their moving average if the run has one.
    package var networkParameters: FloatBuffer {
        slots.first { $0.name == ParameterStore.averageName }?.values ?? parameters
    }

    /// Whether both have taken the same steps and finished the same epochs of one run.
    func hasSameProgress(as other: Checkpoint) -> Bool {
        progress == other.progress && history.count == other.history.count
    }

    func with(rollbacks: Int) -> Checkpoint { modified { $0.progress.rollbacks = rollbacks } }

    func with(history: [EpochMetrics]) -> Checkpoint { modified { $0.history = history } }

    private func modified(_ modify: (inout Checkpoint) -> Void) -> Checkpoint {
        var checkpoint = self
        modify(&checkpoint)
        return checkpoint
    }

    /// The parameters, then the slots.
    var buffers: [FloatBuffer] { [parameters] + slots.map(\.values) }

    /// The same state in other buffers, in the order of `buffers`.
    func with(buffers: [FloatBuffer]) -> Checkpoint {
        modified {
            $0.parameters = buffers[0]
            $0.slots = Array(zip(slots.map(\.name), buffers.dropFirst()))
        }
    }

    // MARK: Writing

    /// Writes the checkpoint to an empty HDF5 file.
    /// - Throws: `HDF5Error`.
    func write(to root: Group) throws {
        try root.writeString("format", Self.format)
        try root.writeScalar("version", Int64(Self.version))
        try root.writeString("lockstep", lockstepVersion)
        _ = try root.createStringDataset(
            "config", strings: [try ConfigurationFile.text(of: model.entries + fingerprint.entries)],
            options: DatasetOptions(chunkShape: [1], fletcher32: true))
        try model.schema.write(to: root.createGroup("schema"))
        try write(parameters, layout.tensors, to: root.createGroup("parameters"))
        let optimizer = try root.createGroup("optimizer")
        for slot in slots {
            try write(slot.values, layout.tensors(ofSlot: slot.name), to: optimizer.createGroup(slot.name))
        }
        try write(parameters, layout.statistics, to: root.createGroup("state"))
        try write(progress, to: root.createGroup("progress"))
        try write(history, to: root.createGroup("history"))
        try root.writeString(Self.valuesDigestAttribute, valuesDigest)
        try root.writeString(ContentDigest.attribute, ContentDigest.of(root, excluding: valuePaths))
    }

    private func write(_ buffer: FloatBuffer, _ tensors: [ParameterLayout.Tensor], to group: Group) throws {
        for tensor in tensors {
            let layer = try tensor.layer.split(separator: "/").reduce(group) { group, name in
                try group.contains(String(name)) ? group.group(String(name)) : group.createGroup(String(name))
            }
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
    /// Reads a file that `write(to:)` has written.
    /// - Throws: `CheckpointError` when it is not a valid checkpoint, `OutOfMemory`, `HDF5Error`.
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
        let schema = try Schema(reading: root.group("schema"), file: file)
        model = try Model(entries: mapping, schema: schema, file: file)
        fingerprint = DataFingerprint(entries: mapping)
        let layout = model.network.layout
        let optimizer = try root.group("optimizer")
        let slotNames = try optimizer.members().map(\.name)
        // A forged file may claim any size.
        try OutOfMemory.require(4 * layout.bufferCount * (1 + slotNames.count), for: file)
        parameters = FloatBuffer(count: layout.bufferCount)
        slots = slotNames.map { ($0, FloatBuffer(count: layout.bufferCount)) }
        try Self.read(layout.tensors, of: root.group("parameters"), into: parameters, file)
        try Self.read(layout.statistics, of: root.group("state"), into: parameters, file)
        for (name, values) in slots {
            try Self.read(layout.tensors(ofSlot: name), of: optimizer.group(name), into: values, file)
        }
        progress = try Self.readProgress(root.group("progress"), file)
        history = try Self.readHistory(root.group("history"), upTo: progress, file)
        // Files of earlier versions lack this attribute, and their content digest covers all values.
        let hasValuesDigest = try root.hasAttribute(Self.valuesDigestAttribute)
        guard try !hasValuesDigest || root.readString(Self.valuesDigestAttribute) == valuesDigest,
            try root.readString(ContentDigest.attribute)
                == ContentDigest.of(root, excluding: hasValuesDigest ? valuePaths : [])
        else { throw CheckpointError.damaged(file: file) }
    }

    private static func read(
        _ tensors: [ParameterLayout.Tensor], of group: @autoclosure () throws -> Group, into buffer: FloatBuffer,
        _ file: String
    ) throws {
        // Files of earlier versions may lack a group with nothing in it.
        guard !tensors.isEmpty else { return }
        let group = try group()
        for tensor in tensors {
            ReadingService.heartbeat()
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
    }

    /// Far more steps than any run takes, and few enough that sums of such counts do not overflow.
    private static let maximumCount = 1 << 53

    private static func readProgress(_ group: Group, _ file: String) throws -> TrainingProgress {
        func integer(_ name: String) throws -> Int {
            let value = Int(try group.readScalar(name, as: Int64.self))
            guard (0...(name == "rollbacks" ? TrainingRun.maximumRollbacks : maximumCount)).contains(value) else {
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
        // Epochs must ascend, and may not go beyond the run's progress.
        let ends = [(epoch: 0, step: 0)] + history.map { (epoch: $0.epoch, step: $0.step) }
        let areAscending = zip(ends, ends.dropFirst()).allSatisfy { $0.epoch < $1.epoch && $0.step < $1.step }
        guard areAscending, ends.allSatisfy({ $0.epoch <= progress.position.epoch && $0.step <= progress.step }),
            history.allSatisfy({ $0.figures.allSatisfy { !$0.value.isInfinite } })
        else { throw CheckpointError.damaged(file: file) }
        return history
    }
}

extension ParameterLayout {
    /// What a slot has: the moving average that of running statistics, too.
    fileprivate func tensors(ofSlot name: String) -> [Tensor] {
        name == ParameterStore.averageName ? tensors + statistics : tensors
    }
}

extension DatasetOptions {
    /// Chunks of at most 16 MiB of 4-byte elements, each with a checksum.
    static func checked(shape: [Int]) -> DatasetOptions {
        let rowCount = shape.dropFirst().reduce(1, *)
        let rows = max(1, min(shape[0], (4 << 20) / max(rowCount, 1)))
        return DatasetOptions(chunkShape: [rows] + shape.dropFirst(), fletcher32: true)
    }
}
