import Kernels
import RecurrentLayers
import Testing

@testable import Layers

/// Networks in words, read and written.
@Suite struct NetworkReaderTests {
    private func items(_ text: String) throws -> [NetworkItem] { try NetworkReader.all.items(of: text) }

    private func short(_ text: String) throws -> String {
        try items(text).map(\.shortText).joined(separator: ", ")
    }

    @Test(arguments: [
        ("512,256", "512, 256"), (" dense  512 ,256", "512, 256"),
        ("dense 64 activation=tanh", "dense 64 activation=tanh"),
        ("64 bias=yes", "64"), ("64 bias=no name=first", "dense 64 bias=no name=first"),
        ("64 name=first bias=no", "dense 64 bias=no name=first"), ("dropout 0.50", "dropout 0.5"),
        ("residual[64,dropout .5,64]activation=relu", "residual [64, dropout 0.5, 64] activation=relu"),
        ("residual [residual [8], 8] rate=0.10", "residual [residual [8], 8] rate=0.1"),
        ("64 rate=1.0 trainable=yes", "64"), ("activation gelu, flatten", "activation gelu, flatten"),
        ("reshape 08x8x3, dropout2d .50", "reshape 8x8x3, dropout2d 0.5"),
        ("transposed-conv 16 3x3 pad=same stride=2 groups=1", "transposed-conv 16 3x3 stride=2"),
    ])
    func theShortTextLeavesOutWhatIsUsual(text: String, expected: String) throws {
        #expect(try short(text) == expected)
        #expect(try short(expected) == expected)
        #expect(try items(expected) == items(text))
    }

    @Test func theFullTextSaysEveryOption() throws {
        let item = try items("residual [64] name=block")[0]
        #expect(
            item.fullText
                == "residual [dense 64 bias=yes norm=none trainable=yes rate=1] project=auto trainable=yes rate=1 name=block"
        )
        #expect(try items(item.fullText)[0] == item && items(item.fullText)[0].shortText == item.shortText)
    }

    @Test func whatIsSaidIsFound() throws {
        let item = try items("dense 64 activation=tanh rate=0.5")[0]
        #expect(item.integer("outputs") == 64 && item.choice("activation") == Activation.tanh)
        #expect(item.number("rate") == 0.5 && item.isOn("bias") && item.isOn("trainable"))
        #expect(try items("64 trainable=no")[0].isOn("trainable") == false)
        #expect(try items("64")[0].choice("activation", Activation.self) == nil && items("64")[0].text("name") == nil)
        #expect(try items("residual [3, 4]")[0].items.map(\.shortText) == ["3", "4"])
    }

    private typealias Problem = NetworkTextError.Problem

    private static let refusals: [(String, [Int], NetworkTextError.Problem)] = [
        ("", [1], .isMissing), ("64,,64", [2], .isMissing), ("64,", [2], .isMissing),
        (
            "64, densse 3", [2],
            .unknownKind(
                "densse",
                kinds: [
                    "dense", "conv", "depthwise", "transposed-conv", "max-pool", "average-pool", "global-average-pool",
                    "batch-norm", "layer-norm", "group-norm", "instance-norm", "dropout", "dropout2d", "activation",
                    "embedding", "rnn", "lstm", "gru", "flatten", "reshape", "residual",
                ])
        ),
        ("0", [1], .badValue("outputs", .integer(1...1_000_000), given: "0")),
        ("64, dropout 1", [2], .badValue("share", .share, given: "1")),
        ("64, dropout nan", [2], .badValue("share", .share, given: "nan")),
        ("dropout", [1], .numberIsMissing("share", .share)),
        ("reshape 8x0x3", [1], .badValue("shape", .shape, given: "8x0x3")),
        ("reshape 2000000", [1], .badValue("shape", .shape, given: "2000000")),
        ("64 bias=maybe", [1], .badValue("bias", .yesOrNo, given: "maybe")),
        ("64 rate=-1", [1], .badValue("rate", .factor, given: "-1")),
        ("64 name=1st", [1], .badValue("name", .name, given: "1st")),
        (
            "64 colour=red", [1],
            .unknownOption(
                "colour", of: "dense",
                options: [
                    "activation", "bias", "norm", "epsilon", "momentum", "statistics", "name", "trainable", "rate",
                ])
        ),
        ("64 bias=no bias=no", [1], .optionTwice("bias")), ("64 64", [1], .unexpected("64")),
        ("64]", [1], .unexpected("]")), ("64 [64]", [1], .unexpected("[")),
        ("8, residual [64, residual [32, 0]]", [2, 2, 2], .badValue("outputs", .integer(1...1_000_000), given: "0")),
        ("residual [64, 64", [1, 2], .bracketIsOpen), ("residual", [1], .bracketsAreMissing),
        ("residual [8] [8]", [1], .unexpected("[")), ("residual []", [1, 1], .isMissing),
    ]

    @Test(arguments: refusals)
    func whatCannotBeReadIsRefusedByItem(text: String, numbers: [Int], problem: NetworkTextError.Problem) {
        let error = NetworkTextError(.init(numbers: numbers), text: text, problem)
        #expect(throws: error) { try items(text) }
    }
}
