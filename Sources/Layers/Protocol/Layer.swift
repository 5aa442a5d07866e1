import Kernels
import Reference

/// One trainable tensor of a layer. Its first dimension counts neurons: the elements of one lie together.
package struct TensorSpecification: Sendable {
    /// Its name below its layer in a checkpoint: `weight`, `bias`.
    package let name: String
    /// [neurons, …]
    package let shape: [Int]
    /// Whether weight decay (without `decayBiases`), L1, max-norm and the trust ratios of LARS and LAMB apply to it. They do
    /// not to biases, scales and shifts. `ReferenceLayer.areWeights` says the same.
    package let isWeight: Bool
    /// One, or one for each of as many equal ranges of its neurons, such as the gates of a recurrent layer.
    package let initializers: [Initializer]
    /// How many values are summed to one output, and how many outputs read one value: for initializers of weights.
    package let fanIn: Int
    package let fanOut: Int
    /// Which of the layer's neurons is its first.
    package let firstNeuron: Int

    package init(name: String, shape: [Int], isWeight: Bool, initializer: Initializer, fanIn: Int, fanOut: Int) {
        self.init(
            name: name, shape: shape, isWeight: isWeight, initializers: [initializer], fanIn: fanIn, fanOut: fanOut)
    }

    package init(
        name: String, shape: [Int], isWeight: Bool, initializers: [Initializer], fanIn: Int, fanOut: Int,
        firstNeuron: Int = 0
    ) {
        (self.name, self.shape, self.isWeight, self.firstNeuron) = (name, shape, isWeight, firstNeuron)
        (self.initializers, self.fanIn, self.fanOut) = (initializers, fanIn, fanOut)
    }

    package var count: Int { shape.reduce(1, *) }
}

/// Numbers that training keeps beside a layer's tensors, such as running means: each step updates them, without gradients.
package struct RunningStatistic: Sendable {
    /// Its name below its layer in /state of a checkpoint: `mean`, `variance`.
    package let name: String
    package let count: Int
    package let initial: Double

    package init(name: String, count: Int, initial: Double) {
        (self.name, self.count, self.initial) = (name, count, initial)
    }
}

/// A layer of a network: its shapes, its tensors, and how it compiles. It holds no memory and knows no other layer; its
/// kernels compute in memory that a pass gives them.
package protocol Layer: Sendable {
    /// The shape of one sample's input; of a layer with two inputs, that of each. Its elements are the sample's features,
    /// row-major.
    var inputShape: [Int] { get }
    /// The shape of one sample's output.
    var outputShape: [Int] { get }
    /// The steps of the output of a sequence that has so many, if it goes through the steps of sequences.
    func outputSteps(of steps: Int) -> Int
    /// Floating-point operations of one sample's forward pass; a multiplication with its addition counts as two. Activations and
    /// masks are not counted.
    var operations: Int { get }
    /// Elements of one sample in a training step's memory: the input, the output, and what the layer keeps of them.
    var elementsPerSample: Int { get }
    /// Its trainable tensors, in their order in the flat parameters. The first has all the layer's neurons.
    var tensors: [TensorSpecification] { get }
    /// How the gradients of its tensors are computed.
    var gradients: TensorGradients { get }
    /// What training keeps beside them. They follow the tensors in the layer's parameters.
    var statistics: [RunningStatistic] { get }
    /// Updates the statistics, once a step.
    /// - Parameters:
    ///   - parameters: the layer's range of the flat parameters.
    ///   - total: of the forward meeting, merged over the whole minibatch.
    func update(_ parameters: FloatView, from total: BufferView<Double>)
    /// The rows from which on a shard is large enough for the layer's kernels to be fast; nil if any number is.
    var shardRows: Int? { get }

    /// The format of its multiplications' operands. Values between layers, and parameters, are Float32 in every precision.
    var format: OperandFormat { get }
    /// What packs its parameters as operands of multiplications; nil if its kernels read them as they are.
    /// - Parameter forInputGradient: whether the backward pass needs operands, too.
    /// - Throws: `KernelError` when oneDNN cannot do it.
    func makePacker(forInputGradient: Bool) throws -> (any ParameterPacker)?

    /// What is added up over all shards that are computed together, before any shard goes on with `forward`; nil: nothing. A
    /// layer that is not trained has no meetings.
    var forwardMeeting: Meeting? { get }
    /// The same before `backward`.
    var backwardMeeting: Meeting? { get }

    /// Compiles the layer for shards of one size, for one worker.
    /// - Throws: `KernelError` when oneDNN cannot make a primitive.
    func makeKernel(_ use: LayerUse) throws -> any LayerKernel

    /// The same arithmetic in Double, with parameters of 0: what tests and `gradcheck` hold the kernels against.
    /// - Parameters:
    ///   - rows: of the whole minibatch.
    ///   - randomness: that of a training pass over them; nil for inference.
    func reference(rows: Int, randomness: PassRandomness?) -> any ReferenceLayer
}

/// A layer that ends with an activation function.
package protocol ActivatedLayer: Layer {
    var activation: Activation { get }
}

/// A layer that an item of a network in words makes.
package protocol ItemLayer: Layer {
    /// How it is written: a kind, or several.
    static var words: [ItemKind] { get }
    /// - Parameter item: of such a kind, and each of its values of the form that the kind says.
    /// - Throws: what is wrong with its values together, or with the shape before it.
    init(_ item: NetworkItem, _ place: ItemPlace) throws(NetworkItemError.Problem)
}

/// Where an item stands, and what holds there.
package struct ItemPlace: Sendable {
    /// The shape of one sample before it.
    package let inputShape: [Int]
    /// Whether samples are sequences there, [time, channels].
    package let hasTime: Bool
    /// That of the whole network, for items that say none.
    package let activation: Activation
    /// That of all weights; nil takes the one that suits the activation after them.
    package let initializer: Initializer?
    /// Of multiplications' operands.
    package let format: OperandFormat
    package let randomLayer: RandomLayer

    package init(
        inputShape: [Int], hasTime: Bool = false, activation: Activation, initializer: Initializer?,
        format: OperandFormat, randomLayer: RandomLayer
    ) {
        (self.inputShape, self.hasTime, self.activation) = (inputShape, hasTime, activation)
        self.initializer = initializer
        (self.format, self.randomLayer) = (format, randomLayer)
    }
}

/// Packs a layer's parameters after each update. Workers share it.
package protocol ParameterPacker: Sendable {
    /// Elements of the packed parameters.
    var count: Int { get }
    /// - Parameters:
    ///   - neurons: of a part, which begins at a multiple of 16.
    ///   - parameters: the layer's range of the flat parameters.
    ///   - packed: zero where nothing has been packed.
    func pack(_ neurons: Range<Int>, of parameters: FloatView, into packed: OperandView)
}

/// How the gradients of a layer's tensors are computed.
package enum TensorGradients: Sendable {
    /// It has no tensors.
    case none
    /// As sums over all rows of a microbatch, in parts, after the passes over its shards.
    case overRows(any RowGradients)
    /// By the backward pass over each shard, which writes those of its rows; they are added in a tree over the shards. It
    /// holds the tensors once for each shard: for a few numbers a feature, or for convolutions, whose weights are few for their
    /// work; not for matrices.
    case perShard
}

/// Gradients as sums over all rows of a microbatch. The passes over its shards write operands; after a barrier one worker
/// computes the gradients of some neurons by one multiplication over all rows.
package protocol RowGradients: Sendable {
    /// Whether the passes tell the steps of each shard's operands (`ForwardArguments.gradientSteps`).
    var countsSteps: Bool { get }
    /// Elements of the operands, over a microbatch of so many rows.
    func operandCount(rows: Int) -> Int
    /// Compiles the gradients of some neurons' parameters over microbatches of exactly `rows` samples, for one worker.
    /// - Parameter accumulates: whether they are added to the gradients of earlier microbatches of a leaf.
    /// - Throws: `KernelError` when oneDNN cannot make a primitive.
    func makeGradientKernel(neurons: Int, rows: Int, accumulates: Bool) throws -> any GradientKernel
}

extension RowGradients {
    package var countsSteps: Bool { false }
}

/// A sum over all shards that are computed together: a layer's partial sums are merged in a fixed order, and every shard
/// goes on with the total.
package struct Meeting: Sendable {
    /// Doubles of one shard's partial sums.
    package let count: Int
    /// The samples that it needs at least, and takes at most; nil for no limit.
    package let leastRows: Int
    package let mostRows: Int?
    /// Merges the sums of later rows into those of earlier ones.
    package let merge: @Sendable (_ sums: BufferView<Double>, _ next: BufferView<Double>) -> Void

    package init(
        count: Int, leastRows: Int = 1, mostRows: Int? = nil,
        merge: @escaping @Sendable (_ sums: BufferView<Double>, _ next: BufferView<Double>) -> Void
    ) {
        (self.count, self.leastRows, self.mostRows, self.merge) = (count, leastRows, mostRows, merge)
    }

    /// Plain sums of so many numbers.
    package static func sums(_ count: Int) -> Meeting {
        Meeting(count: count) { sums, next in
            for index in 0..<count { sums[index] += next[index] }
        }
    }
}

extension Layer {
    /// The range of each tensor in the layer's parameters, and in their gradients: each begins at a 64-byte line.
    package var tensorRanges: [Range<Int>] {
        var offset = 0
        return tensors.map { tensor in
            defer { offset += FloatBuffer.aligned(tensor.count) }
            return offset..<offset + tensor.count
        }
    }

    /// The range of each statistic in the layer's parameters, after those of the tensors.
    package var statisticRanges: [Range<Int>] {
        var offset = FloatBuffer.aligned(tensorRanges.last?.upperBound ?? 0)
        return statistics.map { statistic in
            defer { offset += FloatBuffer.aligned(statistic.count) }
            return offset..<offset + statistic.count
        }
    }

    /// The layer's statistics.
    package func statisticRanges(in parameters: FloatView) -> [FloatView] { statisticRanges.map(parameters.slice) }
}

/// The defaults of layers without parameters, statistics and meetings.
extension Layer {
    package func outputSteps(of steps: Int) -> Int { steps }
    package var elementsPerSample: Int { inputShape.reduce(1, *) + outputShape.reduce(1, *) }
    package var tensors: [TensorSpecification] { [] }
    package var gradients: TensorGradients { .none }
    package var statistics: [RunningStatistic] { [] }
    package func update(_ parameters: FloatView, from total: BufferView<Double>) {}
    package var shardRows: Int? { nil }
    package var format: OperandFormat { .float32 }
    package func makePacker(forInputGradient: Bool) throws -> (any ParameterPacker)? { nil }
    package var forwardMeeting: Meeting? { nil }
    package var backwardMeeting: Meeting? { nil }
}
