import Layers
import RecurrentLayers

extension Network {
    /// The entries of the tables that the network's input is ids of: the smallest, if there are several. Nil if no embedding reads it.
    package var idCount: Int? {
        nodes.lazy.filter { $0.inputs == [0] }.compactMap { ($0.layer as? Embedding)?.entries }.min()
    }

    /// The number of ids that an embedding may have entries for.
    package static let mostIDs = Embedding.mostEntries
}

extension NetworkItem {
    fileprivate var isEmbedding: Bool { kind == Embedding.word.name }
}

extension [NetworkItem] {
    /// Whether there is an embedding, also in a block. It reads the network's input, which is then of ids.
    package var haveEmbedding: Bool { contains { $0.isEmbedding || $0.items.haveEmbedding } }

    /// Whether there is an embedding that does not say how many entries it has.
    package var haveOpenEntries: Bool {
        contains { $0.isEmbedding && $0.text("entries") == nil || $0.items.haveOpenEntries }
    }

    /// The same items, in which embeddings that do not say their entries have this many, or as many as there may be.
    package func withEntries(_ count: Int) -> [NetworkItem] {
        map { item in
            let isOpen = item.isEmbedding && item.text("entries") == nil
            let item =
                isOpen ? item.saying("entries", "\(Swift.max(1, Swift.min(count, Embedding.mostEntries)))") : item
            return item.items.isEmpty ? item : item.holding(item.items.withEntries(count))
        }
    }
}
