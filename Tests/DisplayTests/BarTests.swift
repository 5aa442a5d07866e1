import Testing

@testable import Display

/// The bars of terminals of 60, 80 and 200 columns, and of a few that are narrower.
@Suite struct BarTests {
    private let run = TrainingBar(
        epoch: 12, epochs: 30, step: 12_345, totalSteps: 28_140, loss: 0.0123, accuracy: 0.98214,
        samplesPerSecond: 123_456.7, secondsLeft: 42)

    /// Two columns stay free, for the ^C of a terminal.
    @Test(arguments: [
        (60, "epoch 12/30 step 12,345 loss 0.0123 98.2% 123k/s 0:42 left"),
        (80, "[====       ]  44%  epoch 12/30 step 12,345 loss 0.0123 98.2% 123k/s 0:42 left"),
        (
            200,
            "[=================                       ]  44%  epoch 12/30  step 12,345 of 28,140  loss 0.0123  "
                + "accuracy 98.21%  123,456 samples/s  0:42 left"
        ),
        (50, "12/30 step 12,345 loss 0.0123 98.2% 123k/s 0:42"), (45, "12/30 step 12,345 loss 0.0123 98.2% 0:42"),
        (30, "step 12,345 loss 0.0123 0:42"), (13, "loss 0.0123"), (6, "loss"),
    ])
    func aRunShowsAsMuchAsFits(width: Int, line: String) {
        #expect(run.text(columns: width - 2) == line)
    }

    @Test func noLineIsWiderThanTheTerminal() {
        var large = run
        (large.epoch, large.epochs, large.step, large.totalSteps) = (9_998, 10_000, 1_234_567_890, 2_000_000_000)
        (large.loss, large.secondsLeft) = (-1.234e-30, 359_999)
        for columns in 1...250 {
            for bar in [run, large] { #expect(bar.text(columns: columns).count <= columns, "\(columns)") }
            for share in [nil, 0, 0.5, 1] as [Double?] {
                let text = Activity.text(
                    "reading a/directory/with/a/long/name/and/a/table.csv", share, elapsed: 3700, turn: 77,
                    columns: columns)
                #expect(text.count <= columns, "\(columns)")
            }
        }
    }

    @Test func aRunWithoutAccuracyAndSpeedShowsTheRest() {
        var first = run
        (first.accuracy, first.samplesPerSecond, first.secondsLeft) = (nil, nil, .infinity)
        #expect(
            first.text(columns: 79)
                == "[======         ]  44%  epoch 12/30  step 12,345 of 28,140  loss 0.0123  ? left")
    }

    @Test func elsewhereASentenceSaysTheSame() {
        #expect(
            run.sentence
                == "step 12,345 of 28,140, epoch 12/30: loss 0.0123, accuracy 98.21%, 123,456 samples/s, 0:42 left")
    }

    @Test(arguments: [
        (60, "[=======          ]  45%  reading big.csv  0:09  0:11 left"),
        (80, "[================                     ]  45%  reading big.csv  0:09  0:11 left"),
    ])
    func readingShowsHowFarItIs(width: Int, line: String) {
        let text = Activity.text("reading big.csv", 0.45, elapsed: 9, turn: 3, columns: width - 2)
        #expect(text == line)
    }

    /// What has no known end shows that it goes on: the mark moves.
    @Test func readingWithoutAKnownEndMoves() {
        let texts = [0, 1, 37, 38].map { Activity.text("reading big.h5", nil, elapsed: 2, turn: $0, columns: 79) }
        #expect(texts[0] == "[===                                     ]  reading big.h5  0:02")
        #expect(texts[1] == "[ ===                                    ]  reading big.h5  0:02")
        #expect(texts[2] == "[                                     ===]  reading big.h5  0:02")
        #expect(texts[3] == texts[0])
    }
}
