import Layers
import Messages
import RecurrentLayers
import Testing

@testable import Networks

/// The exact words for items that do not fit sequences or ids.
@Suite struct RecurrentWordingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let layers: String
        var shape = [9, 3]
        var axes: String? = "TC"
        var hasLengths = true
        let words: String
        var testDescription: String { layers }
    }

    private static let cases = [
        Case(
            layers: "rnn 4 returns=sequence, flatten",
            words: """
                item 2, flatten: sequences may differ in length, so they have no common row of values
                  take one row of the steps with returns=last, mean or max of a recurrent layer, or with global-average-pool
                """),
        Case(
            layers: "batch-norm, rnn 4",
            words: """
                item 1, batch-norm: sequences may differ in length, and their padding would count in its statistics
                  use layer-norm, or norm=layer
                """),
        Case(
            layers: "conv 4 3 norm=instance, rnn 4",
            words: """
                item 1, conv 4 3 norm=instance: sequences may differ in length, and their padding would count in its statistics
                  use layer-norm, or norm=layer
                """),
        Case(
            layers: "conv 4 3 stride=2, rnn 4",
            words: """
                item 1, conv 4 3 stride=2: sequences may differ in length, and where its windows lie would depend on it
                  use pad=valid or numbers in convolutions, stride=1, and pools without pad and ceil
                """),
        Case(
            layers: "64, lstm 4", shape: [9], axes: nil, hasLengths: false,
            words: """
                item 2, lstm 4: its input has shape 64, which is no sequence: it needs time and channels
                  say that samples are sequences with --axes TC, or put the item before what takes time away
                """),
        Case(
            layers: "embedding 4 entries=9, rnn 4",
            words: """
                item 1, embedding 4 entries=9: its input has shape 9×3, and it needs one id a step
                  an embedding is the first item, of samples that are sequences of whole numbers
                """),
        // What layers put out is no id, though it is one number a step.
        Case(
            layers: "1, embedding 4 entries=9, rnn 4",
            words: """
                item 2, embedding 4 entries=9: its input has shape 9×1, and it needs one id a step
                  an embedding is the first item, of samples that are sequences of whole numbers
                """),
        Case(
            layers: "dropout 0.5, embedding 4 entries=9, rnn 4", shape: [9, 1],
            words: """
                item 2, embedding 4 entries=9: its input has shape 9×1, and it needs one id a step
                  an embedding is the first item, of samples that are sequences of whole numbers
                """),
        Case(
            layers: "embedding 4, rnn 4", shape: [9, 1],
            words: """
                item 1, embedding 4: its number of entries is not known
                  say it with entries=, one more than the largest id
                """),
        Case(
            layers: "embedding 4 entries=9 padding=9, rnn 4", shape: [9, 1],
            words: """
                item 1, embedding 4 entries=9 padding=9: padding=9 is none of its 9 entries
                  ids go from 0 to 8
                """),
    ]

    private static func network(
        _ layers: String, shape: [Int], axes: String?, hasLengths: Bool
    ) throws -> Network {
        try Network(
            inputShape: shape, axes: axes, items: NetworkReader.all.items(of: layers), activation: .tanh,
            objective: Objective(
                loss: .meanSquaredError, outputActivation: .identity, correctness: .none, outputs: 1),
            hasLengths: hasLengths)
    }

    @Test(arguments: cases)
    func refusalsSayWhatToDo(example: Case) throws {
        let error = #expect(throws: NetworkItemError.self) {
            try Self.network(
                example.layers, shape: example.shape, axes: example.axes, hasLengths: example.hasLengths)
        }
        #expect(error?.wording == example.words)
    }

    @Test func theEmbeddingOfTheInputSaysTheIDs() throws {
        func count(_ layers: String) throws -> Int? {
            try Self.network(layers, shape: [9, 1], axes: "TC", hasLengths: false).idCount
        }
        #expect(try count("embedding 4 entries=9, rnn 4") == 9)
        #expect(try count("rnn 4") == nil)
    }

    @Test func openEntriesAreFilledInEverywhere() throws {
        let items = try NetworkReader.all.items(
            of: "embedding 4, residual [embedding 4 entries=3, embedding 2 padding=0], 5")
        #expect(items.haveEmbedding && items.haveOpenEntries)
        let filled = items.withEntries(12)
        #expect(
            filled.shortText
                == "embedding 4 entries=12, residual [embedding 4 entries=3, embedding 2 entries=12 padding=0], 5")
        #expect(!filled.haveOpenEntries && filled.withEntries(7) == filled)
        #expect(
            try NetworkReader.all.items(of: "embedding 4").withEntries(1 << 30).shortText
                == "embedding 4 entries=16777216")
        #expect(try !NetworkReader.all.items(of: "residual [64, 64], rnn 5").haveEmbedding)
    }
}
