/// A tensor of a layer, or a layer of a block.
package struct LayerPart: Sendable, Equatable {
    package let name: String
    /// nil for a layer.
    package let shape: [Int]?

    package init(name: String, shape: [Int]? = nil) { (self.name, self.shape) = (name, shape) }
}

/// Why a run directory cannot be used.
package enum RunError: Error, Sendable, Equatable {
    /// The best checkpoint, which has the run's network, has been deleted.
    case bestCheckpointIsMissing(directory: String, step: Int)
    /// The directory already contains a run.
    case runExists(directory: String)
    /// Another process has locked the directory.
    case runIsBusy(directory: String, holder: LockHolder)
    /// A split has changed since the run began.
    case dataDiffers(file: String, split: String, directory: String)
    case noRun(directory: String)
    /// There are checkpoints, but no config.yaml.
    case noConfiguration(directory: String)
    case noCheckpoint(directory: String)
    /// The step, epoch and position of a checkpoint contradict each other.
    case impossibleProgress(directory: String, step: Int)
    /// metrics.jsonl records checkpoints, but there are none.
    case checkpointsAreMissing(directory: String)
    /// There are fewer than two checkpoints.
    case nothingToVerify(directory: String)
    /// There is no checkpoint at the requested step. `steps` are the possible ones.
    case noSuchCheckpoint(directory: String, steps: [Int])
    /// The initial weights were trained with another value of a setting that says what the data means.
    case initialWeightsDiffer(file: String, setting: String, was: String, now: String)
    /// The layers of the checkpoint and of the network differ.
    case initialWeightsDoNotFit(file: String, expected: String, found: String)
    /// A layer that `only` names is not among `names`, those of the checkpoint, or of the run's network if `file` is nil.
    case noSuchLayer(file: String?, name: String, names: [String])
    /// A layer that `only` names has other tensors in the checkpoint than in the run's network, or a block other layers.
    case layerDiffers(file: String, name: String, expected: [LayerPart], found: [LayerPart])
    case resumeDiffers(directory: String, setting: String, was: String, now: String)
}
