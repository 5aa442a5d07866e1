import HDF5
import Testing

/// `import ucr` and `import text`, and training on their output.
@Suite struct ImportSequencesTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    // MARK: Time series

    /// Rising and falling series of the UCR archive.
    private func writeRows(_ name: String, lengths: [Int]) throws {
        let rows = lengths.enumerated().map { row, length in
            ([row % 2 == 0 ? "1" : "-1"] + (0..<length).map { "\(row % 2 == 0 ? $0 : -$0).5" }).joined(separator: "\t")
        }
        try work.write(rows.joined(separator: "\n") + "\n", to: name)
    }

    @Test func seriesOfOneLengthAreSamplesOfOneShape() throws {
        try writeRows("train.tsv", lengths: Array(repeating: 5, count: 20))
        try writeRows("test.tsv", lengths: Array(repeating: 5, count: 6))
        let output = try work.succeed(
            "import", "ucr", "--train", "train.tsv", "--test", "test.tsv", "-o", "new.h5")
        #expect(
            output == """
                new.h5

                split  samples  features        values       labels
                train       20  5×1 float32 TC  -4.5 to 4.5  2 classes
                test         6  5×1 float32 TC  -4.5 to 4.5  2 classes

                """)
        let train = try work.open("new.h5").root.group("train")
        #expect(try train.dataset("features").read(as: Float.self)[..<6] == [0.5, 1.5, 2.5, 3.5, 4.5, 0.5])
        #expect(try train.dataset("labels").readStrings("classes") == ["-1", "1"])
        #expect(try train.dataset("labels").read(as: Int.self)[..<3] == [1, 0, 1])
        let training = try work.json("train", "new.h5", "--layers", "rnn 4", "--epochs", "60", "--run", "run")
        #expect(training["testAccuracy"] as? Double == 1)
        #expect(try work.json("evaluate", "run", "new.h5")["accuracy"] as? Double == 1)
    }

    @Test func seriesOfDifferentLengthsHaveOffsets() throws {
        try work.write(
            "@timestamps false\n@dimensions 2\n@classLabel true up down\n@data\n1,2,3:0,0,1:up\n3,1:1,1:down\n"
                + "2,4:0,1:up\n", to: "train.ts")
        try work.write("@classLabel true down up\n@data\n1,2:0,1:up\n", to: "test.ts")
        try work.succeed("import", "ucr", "--train", "train.ts", "--test", "test.ts", "-o", "new.h5")
        let root = try work.open("new.h5").root
        #expect(try root.dataset("train/values").shape == [7, 2])
        #expect(try root.dataset("train/values").read(as: Float.self)[..<6] == [1, 0, 2, 0, 3, 1])
        #expect(try root.dataset("train/offsets").read(as: Int.self) == [0, 3, 5, 7])
        #expect(try root.dataset("train/labels").readStrings("classes") == ["up", "down"])
        #expect(try root.dataset("test/labels").read(as: Int.self) == [0])
        try work.succeed("train", "new.h5", "--layers", "gru 4", "--max-steps", "2", "--run", "run")
        try work.succeed("evaluate", "run", "new.h5")
    }

    @Test func missingValuesOfSeriesAreRefusedOrKept() throws {
        try work.write("a\t1\tNaN\t3\nb\t4\t5\t6\n", to: "train.tsv")
        try work.expectRefusal(
            ["import", "ucr", "--train", "train.tsv", "-o", "new.h5"], 65,
            """
            train.tsv:1: value 2 of the series is missing
              fill it in, or import with --missing mean, median or zero, which fills it, or drop-row, which leaves the series out
            """)
        try work.succeed("import", "ucr", "--train", "train.tsv", "--missing", "mean", "-o", "new.h5")
        let features = try work.open("new.h5").root.dataset("train/features")
        #expect(try features.readString("missing") == "mean" && features.read(as: Float.self)[1].isNaN)
        try work.succeed("train", "new.h5", "--layers", "rnn 2", "--max-steps", "1", "--run", "run")
    }

    @Test func seriesThatDoNotFitTogetherAreRefused() throws {
        try work.write("@classLabel true a b\n@data\n1:2:a\n3:4:b\n", to: "train.ts")
        try work.write("@classLabel true a b\n@data\n1:a\n", to: "one.ts")
        try work.write("@targetlabel true\n@data\n1:2:0.5\n", to: "targets.ts")
        try work.write("@classLabel true a c\n@data\n1:2:c\n", to: "classes.ts")
        for (test, message) in [
            ("one.ts", "one.ts: has series of 1 channel, those of train.ts have 2"),
            ("targets.ts", "targets.ts: has measurements as labels, train.ts has not"),
            ("classes.ts", "classes.ts:3: column label is c, which is no class of the network; it knows a, b"),
        ] {
            try work.expectRefusal(
                ["import", "ucr", "--train", "train.ts", "--test", test, "-o", "new.h5"], 65, message)
        }
    }

    // MARK: Texts

    /// Texts about animals and machines.
    private static let texts = """
        __label__animal the cat sat
        __label__machine the engine ran hot
        __label__animal a cat and a dog
        __label__machine an engine
        __label__animal the dog ran
        __label__machine the hot motor

        """

    @Test func textsBecomeIDs() throws {
        try work.write(Self.texts, to: "train.txt")
        try work.write("__label__animal the dog slept\n__label__machine\n", to: "test.txt")
        let result = try work.run(["import", "text", "--train", "train.txt", "--test", "test.txt", "-o", "new.h5"])
        #expect(result.status == 0)
        #expect(
            result.errors == """
                note: test.txt: 1 of 2 sequences has no steps
                note: test.txt: 1 of 3 tokens of test is not in the vocabulary of train

                """)
        #expect(
            result.output == """
                new.h5

                split  samples  features            values   labels
                train        6  up to 5×1 uint8 TC  1 to 11  2 classes
                test         2  up to 3×1 uint8 TC  0 to 4   2 classes

                """)
        let root = try work.open("new.h5").root
        let values = try root.dataset("train/values")
        #expect(values.elementType == .integer(bits: 8, signed: false))
        // By frequency: the 4; a, cat, dog, engine, hot, ran 2; an, and, motor, sat 1.
        #expect(
            try values.readStrings("vocabulary") == [
                "", "the", "a", "cat", "dog", "engine", "hot", "ran", "an", "and", "motor", "sat",
            ])
        #expect(try values.read(as: Int.self)[..<7] == [1, 3, 11, 1, 5, 7, 6])
        #expect(try root.dataset("train/offsets").read(as: Int.self) == [0, 3, 7, 12, 14, 17, 20])
        #expect(try root.dataset("test/values").read(as: Int.self) == [1, 4, 0])
        #expect(try root.dataset("train/labels").readStrings("classes") == ["animal", "machine"])
        #expect(
            try work.succeed("inspect", "new.h5").contains(
                "\nvocabulary of the train split: 11 tokens: the, a, cat and 8 more\n"))
    }

    @Test func whatIsLeftOutOfTextsIsTold() throws {
        try work.write("the cat sat\n\n  \na dog\n", to: "train.txt")
        let result = try work.run(["import", "text", "--train", "train.txt", "-o", "new.h5"])
        #expect(result.status == 0)
        #expect(
            result.errors == """
                note: train.txt: its lines do not begin with __label__NAME, so its texts have no labels
                  if it is a table: --text COLUMN --label COLUMN
                note: train.txt: 2 lines are empty and left out, the first of them line 2

                """)
    }

    @Test func classesThatAreNumbersAreInTheirOrder() throws {
        try work.write("10\t1\t2\n2\t3\t4\n1\t5\t6\n-1\t7\t8\n", to: "train.tsv")
        try work.succeed("import", "ucr", "--train", "train.tsv", "-o", "new.h5")
        let labels = try work.open("new.h5").root.dataset("train/labels")
        #expect(try labels.readStrings("classes") == ["-1", "1", "2", "10"])
        #expect(try labels.read(as: Int.self) == [3, 2, 1, 0])
    }

    @Test func withoutLayersSequencesHaveARecurrentOne() throws {
        try work.write(Self.texts, to: "train.txt")
        try work.succeed("import", "text", "--train", "train.txt", "-o", "texts.h5")
        try work.succeed("train", "texts.h5", "--epochs", "1", "--run", "texts")
        let layers = try #require(try work.resolved("texts")["layers"])
        #expect(
            layers.contains("embedding 32") && layers.contains("entries=12") && layers.contains("gru 64"), "\(layers)")
        try writeRows("train.tsv", lengths: [3, 5, 4])
        try work.succeed("import", "ucr", "--train", "train.tsv", "-o", "series.h5")
        let result = try work.run(["train", "series.h5", "--epochs", "1", "--run", "series"])
        #expect(result.status == 0)
        #expect(result.errors.contains("  5×1 → gru 64 → "), "\(result.errors)")
        // What was chosen is the run's, and may be said.
        try work.succeed("resume", "series", "--epochs", "2")
        try work.succeed("evaluate", "series", "series.h5")
        try work.expectRefusal(
            ["train", "series.h5", "--layers", "512,256", "--run", "dense"], 64,
            """
            --layers: item 2, 256: its output is a sequence, and labels are one a sample
              take one row of the steps: with returns=last, mean or max of rnn, lstm or gru, or with global-average-pool
            """)
    }

    private func train(_ more: String...) throws -> String {
        let result = try work.run(
            [
                "train", "new.h5", "--layers", "embedding 4, gru 4", "--epochs", "40", "--batch-size", "2", "--run",
                "run",
            ]
                + more)
        try #require(result.status == 0, "\(result.errors)")
        return result.errors
    }

    @Test func theVocabularySaysTheEntries() throws {
        try work.write(Self.texts, to: "train.txt")
        try work.succeed("import", "text", "--train", "train.txt", "-o", "new.h5")
        let words = try train()
        #expect(words.contains("\ninputs   ids of 11 tokens: the, a, cat and 8 more\n"))
        #expect(!words.contains("warning"))
        #expect(
            try work.resolved("run")["layers"]?.contains("embedding 4 padding=none trainable=yes rate=1 entries=12")
                == true)
        #expect(try work.succeed("inspect", "run").contains("ids of 11 tokens"))
        // A resume takes the entries from the checkpoint, and the vocabulary too.
        try work.succeed("resume", "run", "--epochs", "41")
        #expect(try work.json("evaluate", "run", "new.h5")["accuracy"] as? Double == 1)
    }

    /// The same texts with other ids are the same texts.
    @Test func anotherVocabularyGivesTheSameLoss() throws {
        try work.write(Self.texts, to: "train.txt")
        try work.write("__label__animal the dog sat\n__label__machine an engine ran\n", to: "test.txt")
        try work.succeed("import", "text", "--train", "train.txt", "--test", "test.txt", "-o", "new.h5")
        _ = try train()
        // Other training texts have other frequencies.
        try work.write(
            "__label__animal sat sat dog cat\n__label__machine ran engine an an the hot hot\n", to: "other.txt")
        try work.succeed("import", "text", "--train", "other.txt", "--test", "test.txt", "-o", "other.h5")
        let ids = try ["new.h5", "other.h5"].map { try work.open($0).root.dataset("test/values").read(as: Int.self) }
        #expect(ids[0] != ids[1])
        let losses = try ["new.h5", "other.h5"].map { try work.json("evaluate", "run", $0)["loss"] as? Double }
        #expect(losses[0] != nil && losses[0] == losses[1])
    }

    @Test func tokensThatTheNetworkDoesNotKnowAreTold() throws {
        try work.write(Self.texts, to: "train.txt")
        try work.succeed("import", "text", "--train", "train.txt", "-o", "new.h5")
        _ = try train()
        try work.write("the whale sat\na whale\n", to: "new.txt")
        try work.succeed("import", "text", "--train", "new.txt", "-o", "unlabelled.h5")
        let result = try work.run(["predict", "run", "unlabelled.h5", "-o", "answers.csv"])
        #expect(result.status == 0)
        #expect(
            result.errors
                == "note: unlabelled.h5: /train/values: 2 of 5 tokens are not in the network's vocabulary; they become id 0\n"
        )
        // Ids without a vocabulary are the network's.
        try work.makeFile("ids.h5") { root in
            try root.put("train/values", [1, 0, 11, 2, 0] as [UInt8])
            try root.put("train/offsets", [0, 3, 5])
        }
        let plain = try work.run(["predict", "run", "ids.h5", "-o", "plain.csv"])
        #expect(plain.status == 0)
        #expect(
            plain.errors
                == "note: ids.h5: /train/values has no vocabulary; its ids are taken for the network's, of 11 tokens: the, a, cat and 8 more\n"
        )
        #expect(try work.bytes("answers.csv") == work.bytes("plain.csv"))
        try work.makeFile("ids.h5") { root in
            try root.put("train/values", [1, 12] as [UInt8])
            try root.put("train/offsets", [0, 2])
        }
        let refused = try work.run(["predict", "run", "ids.h5", "-o", "more.csv"])
        #expect(refused.status == 65)
        #expect(
            refused.errors.hasSuffix(
                """
                error: ids.h5: /train/values has ids from 1 to 12, and the embedding's table has 12 entries, from 0 to 11
                  train a table with an entry for each: entries=13

                """))
    }

    /// Ids in another order, with their tokens, are the same data.
    @Test func aRunGoesOnWithAnotherOrderOfTheSameTokens() throws {
        try work.write(Self.texts, to: "train.txt")
        try work.succeed("import", "text", "--train", "train.txt", "-o", "new.h5")
        _ = try train()
        let train = try work.open("new.h5").root.group("train")
        let values = try train.dataset("values").read(as: Int.self)
        let tokens = try train.dataset("values").readStrings("vocabulary")
        let (offsets, labels) = (try train.dataset("offsets").read(as: Int.self), try train.dataset("labels"))
        let (ids, classes) = (try labels.read(as: Int.self), try labels.readStrings("classes"))
        try work.makeFile("permuted.h5") { root in
            try root.put("train/values", values.map { $0 == 0 ? 0 : tokens.count - $0 })
                .writeStrings("vocabulary", [""] + tokens.dropFirst().reversed())
            try root.put("train/offsets", offsets)
            try root.put("train/labels", ids).writeStrings("classes", classes)
        }
        try work.copy("permuted.h5", to: "new.h5")
        try work.succeed("resume", "run", "--epochs", "41")
        #expect(try work.json("evaluate", "run", "new.h5")["accuracy"] as? Double == 1)
    }

    @Test func idsThatAreNoneOfAVocabularyAreRefused() throws {
        try work.write(Self.texts, to: "train.txt")
        try work.succeed("import", "text", "--train", "train.txt", "-o", "new.h5")
        _ = try train()
        func expect(_ tokens: [String], _ words: String) throws {
            try work.makeFile("ids.h5") { root in
                try root.put("train/values", [1, 7] as [UInt8]).writeStrings("vocabulary", tokens)
                try root.put("train/offsets", [0, 2])
            }
            try work.expectRefusal(["predict", "run", "ids.h5", "-o", "answers.csv"], 65, words)
        }
        try expect(
            ["", "the", "cat"],
            "ids.h5: /train/values feature 0 row 0 step 1 is 7, which is no id of its 3 tokens, 0 to 2")
        try expect(
            ["the", "cat"],
            "ids.h5: /train/values has a vocabulary that is no list of different texts, the first of them empty for unknown tokens"
        )
    }

    @Test func textsOfATableAndCharacters() throws {
        try work.write("id;text;stars\n1;good film;5\n2;bad film;1\n3;so good;5\n", to: "train.csv")
        try work.succeed(
            "import", "text", "--train", "train.csv", "--text", "text", "--label", "stars", "--tokens", "characters",
            "--vocabulary-size", "3", "-o", "new.h5")
        let root = try work.open("new.h5").root
        #expect(try root.dataset("train/values").readStrings("vocabulary") == ["", "o", " ", "d"])
        #expect(try root.dataset("train/labels").read(as: Int.self) == [5, 1, 5])
        #expect(try root.dataset("train/values").read(as: Int.self)[..<5] == [0, 1, 1, 3, 2])
        _ = try train()
        try work.succeed("evaluate", "run", "new.h5")
    }

    @Test func badTextsAreRefused() throws {
        try work.write("__label__a __label__b x\n", to: "train.txt")
        let command = ["import", "text", "--train", "train.txt", "-o", "new.h5"]
        try work.expectRefusal(
            command, 65, "train.txt:1: has several labels: a, b\n  a text has one class; leave the others out")
        try work.expectRefusal(
            command + ["--tokens", "word"], 64,
            "--tokens must be one of words, characters (got word); did you mean words?")
        try work.expectRefusal(
            command + ["--vocabulary-size", "0"], 64, "--vocabulary-size must be at least 1 (got 0)")
        try work.expectRefusal(
            command + ["--label", "kind"], 64,
            "--label is a column of a table; it goes with --text\n  see lockstep import text --help")
    }

    // MARK: Ids

    @Test func theLargestIDSaysTheEntries() throws {
        try work.makeFile("ids.h5") { root in
            try root.put("train/values", [3, 1, 900, 2, 0, 4] as [UInt16])
            try root.put("train/offsets", [0, 3, 6])
            try root.put("train/labels", [0, 1])
        }
        let result = try work.run([
            "train", "ids.h5", "--layers", "embedding 2, rnn 2", "--epochs", "1", "--run", "run",
        ])
        #expect(result.status == 0)
        // Ids are no measurements, whose scale could be doubted.
        #expect(!result.errors.contains("warning"), "\(result.errors)")
        #expect(try work.resolved("run")["layers"]?.contains("entries=901") == true)
        try work.succeed("resume", "run", "--epochs", "2")
        try work.expectRefusal(
            ["train", "ids.h5", "--layers", "embedding 2, rnn 2", "--standardize", "all", "--run", "other"], 64,
            """
            --standardize is for measurements, and the network begins with an embedding, which reads ids
              leave it out
            """)
    }

    @Test func valuesThatAreNoIDsAreRefused() throws {
        func expect(_ values: [Float], _ words: String) throws {
            try work.makeFile("ids.h5") { root in
                try root.put("train/values", values)
                try root.put("train/offsets", [0, 1, values.count])
                try root.put("train/labels", [0, 1])
            }
            for layers in ["embedding 2, rnn 2", "embedding 2 entries=16777216, rnn 2"] {
                try work.expectRefusal(["train", "ids.h5", "--layers", layers, "--run", "run"], 65, words)
            }
        }
        try expect(
            [0, 1.5],
            """
            ids.h5: /train/values: the network begins with an embedding, which reads whole numbers, and there are others
              write the ids of tokens, or leave the embedding out
            """)
        try expect(
            [0, -3],
            """
            ids.h5: /train/values has ids from -3 to 0, and the embedding's table has 16,777,216 entries, from 0 to 16,777,215
              write ids from 0 to 16,777,215
            """)
        try expect(
            [1, 33_554_432],
            """
            ids.h5: /train/values has ids from 1 to 33554432, and the embedding's table has 16,777,216 entries, from 0 to 16,777,215
              write ids from 0 to 16,777,215
            """)
    }

    // MARK: Tables of steps

    /// Rows of three steps of two values.
    private func writeSteps(_ name: String) throws {
        let rows = (0..<24).map { row in
            (0..<6).map { "\((row * 7 + $0 * 3) % 11 * (row % 2 == 0 ? 1 : -1))" }.joined(separator: ",")
                + ",\(row % 2 == 0 ? "up" : "down")"
        }
        try work.write(
            (["a1,b1,a2,b2,a3,b3,kind"] + rows).joined(separator: "\n") + "\n", to: name)
    }

    @Test func rowsOfATableAreSequences() throws {
        try writeSteps("steps.csv")
        let options = ["--label", "kind", "--steps", "3", "--channels", "2"]
        let training = ["--layers", "gru 3", "--epochs", "2", "--run"]
        let result = try work.run(["train", "steps.csv"] + options + training + ["run"])
        #expect(result.status == 0)
        #expect(result.errors.contains("data     24 training samples of 3×2\n"))
        #expect(result.errors.contains("standardised by mean and deviation of each channel of the training split"))
        // The network knows the steps.
        try work.succeed("evaluate", "run", "steps.csv")
        try work.succeed("predict", "run", "steps.csv", "-o", "answers.csv")
        try work.succeed("resume", "run", "--epochs", "3")
        // Training on the imported table is training on the table.
        let imported = try work.run(["import", "csv", "--train", "steps.csv", "-o", "steps.h5"] + options)
        #expect(imported.output.contains("train       24  3×2 float32 TC"), "\(imported.output)\(imported.errors)")
        try work.succeed(
            "train", "steps.csv", "--label", "kind", "--steps", "3", "--channels", "2", "--layers", "gru 3", "--epochs",
            "3", "--run", "table")
        try work.succeed("train", "steps.h5", "--layers", "gru 3", "--epochs", "3", "--run", "file")
        let numbers = try ["run", "table", "file"].map {
            try work.succeed("digest", $0).split(separator: "\n").last.map(String.init)
        }
        #expect(numbers[0] == numbers[1] && numbers[1] == numbers[2])
    }

    @Test func columnsThatAreNoStepsAreRefused() throws {
        try writeSteps("steps.csv")
        func expect(_ options: [String], _ status: Int32, _ words: String) throws {
            try work.expectRefusal(
                ["train", "steps.csv", "--label", "kind", "--layers", "gru 3", "--run", "run"] + options, status, words)
        }
        try expect(
            ["--steps", "4"], 65,
            "steps.csv: has 6 columns of features; --steps 4 takes 4\n  leave out what are no values of steps with --ignore"
        )
        try expect(
            ["--steps", "3", "--channels", "3"], 65,
            "steps.csv: has 6 columns of features; --steps 3 --channels 3 takes 9\n  leave out what are no values of steps with --ignore"
        )
        try expect(
            ["--channels", "2"], 64, "--channels says how many values a step has; it goes with --steps")
        try work.write("a,b,kind\n1,x,0\n2,y,1\n", to: "steps.csv")
        try expect(
            ["--steps", "2"], 65,
            "steps.csv: column b is text, and the values of --steps are numbers\n  leave the column out (--ignore b)")
    }
}
