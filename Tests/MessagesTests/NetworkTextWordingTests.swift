import Layers
import Messages
import RecurrentLayers
import Testing

@testable import Networks

/// The exact words for networks that cannot be read.
@Suite struct NetworkTextWordingTests {
    @Test(arguments: [
        ("64,,64", "item 2 of 64,,64: there is nothing; write a width or a word between commas"),
        (
            "64, dens 3",
            "item 2 of 64, dens 3: there is no dens; did you mean dense?\n"
                + "  items are widths, or begin with dense, conv, depthwise, transposed-conv, max-pool, average-pool, "
                + "global-average-pool, batch-norm, layer-norm, group-norm, instance-norm, dropout, dropout2d, activation, "
                + "embedding, rnn, lstm, gru, flatten, reshape, residual"
        ),
        (
            "64 bais=no",
            "item 1 of 64 bais=no: dense has no option bais; did you mean bias?\n  it has activation, bias, norm, "
                + "epsilon, momentum, statistics, name, trainable, rate"
        ),
        ("64 bias=no bias=no", "item 1 of 64 bias=no bias=no: bias is given twice"),
        ("dropout", "item 1 of dropout: share is missing, a number from 0 up to 1, without 1"),
        ("0", "item 1 of 0: outputs must be a whole number from 1 to 1000000 (got 0)"),
        ("64 bias=on", "item 1 of 64 bias=on: bias must be yes or no (got on); did you mean no?"),
        (
            "conv 8 0x3",
            "item 1 of conv 8 0x3: window must be a size such as 3x3, or one number for all axes, from 1 to 1000 (got 0x3)"
        ),
        (
            "conv 8 3 pad=sane",
            "item 1 of conv 8 3 pad=sane: pad must be same, valid, a number for all sides, or one for each side as in 0.1.0.1 "
                + "(got sane)"
        ),
        (
            "64 norm=bach",
            "item 1 of 64 norm=bach: norm must be none, batch, layer, instance, or group: and a number of groups, as in group:8 "
                + "(got bach)"
        ),
        (
            "64 norm=group",
            "item 1 of 64 norm=group: norm must be none, batch, layer, instance, or group: and a number of groups, as in group:8 "
                + "(got group)"
        ),
        ("64 epsilon=0.1", "item 1 of 64 epsilon=0.1: epsilon= means nothing without norm="),
        (
            "64 norm=layer momentum=0.5",
            "item 1 of 64 norm=layer momentum=0.5: momentum= means nothing without norm=batch"
        ),
        (
            "batch-norm statistics=1",
            "item 1 of batch-norm statistics=1: statistics must be minibatch, or a whole number from 2 to 65536 (got 1)"
        ),
        (
            "reshape 8x8x",
            "item 1 of reshape 8x8x: shape must be a shape such as 8x8x3, of numbers from 1 to 1000000 (got 8x8x)"
        ),
        ("64 rate=-1", "item 1 of 64 rate=-1: rate must be a number of 0 or more (got -1)"),
        (
            "64 name=1st",
            "item 1 of 64 name=1st: name must be a name of letters, digits, - and _ that begins with a letter (got 1st)"
        ),
        ("residual [8, 0]", "item 1.2 of residual [8, 0]: outputs must be a whole number from 1 to 1000000 (got 0)"),
        (
            "64 64",
            "item 1 of 64 64: 64 does not belong there; items have commas between them, and options are written name=value"
        ),
        (
            "64 =no",
            "item 1 of 64 =no: =no does not belong there; items have commas between them, and options are written name=value"
        ),
        ("64 bias=", "item 1 of 64 bias=: bias must be yes or no (got nothing)"),
        ("64.5", "item 1 of 64.5: outputs must be a whole number from 1 to 1000000 (got 64.5)"),
        (
            "[64, 32]",
            "item 1 of [64, 32]: brackets hold the items of a block, after its word, as in residual [64, 64]"
        ),
        (
            String(repeating: "residual [", count: 33) + "8" + String(repeating: "]", count: 33),
            "item \(Array(repeating: "1", count: 33).joined(separator: ".")) of "
                + String(repeating: "residual [", count: 3) + "residual …" + String(repeating: "]", count: 20)
                + ": brackets may be at most 32 deep"
        ),
        ("residual [8", "item 1.1 of residual [8: a bracket is never closed; write ] after the last item in it"),
        (
            "residual",
            "item 1 of residual: its items are missing; write them in brackets, as in residual [64, 64]"
        ),
    ])
    func refusalsSayWhichItemAndWhatWasExpected(text: String, words: String) throws {
        let error = #expect(throws: NetworkTextError.self) { try NetworkReader.all.items(of: text) }
        #expect(error?.wording == words)
    }
}
