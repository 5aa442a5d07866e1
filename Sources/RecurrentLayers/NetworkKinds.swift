import Layers

extension NetworkReader {
    /// The kinds of layers that items make.
    package static let layers: [any ItemLayer.Type] = [
        Dense.self, Convolution.self, TransposedConvolution.self, Pooling.self, BatchNormalization.self,
        GroupNormalization.self, Dropout.self, ChannelDropout.self,
        Elementwise.self, Embedding.self,
    ]

    /// Reads all kinds of items that there are.
    package static let all = NetworkReader(
        kinds: layers.flatMap { $0.words } + RecurrentItem.words + [.flatten, .reshape, .residual])
}
