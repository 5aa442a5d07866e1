import TestSupport
import Testing

/// `lockstep export` and `lockstep import-model`.
@Suite struct ExchangeTests {
    private let work: Workplace

    init() throws {
        work = try Workplace()
        try work.succeed("train", data("digits.h5"), "--layers", "8", "--max-steps", "2", "--run", "run", "--quiet")
    }

    @Test(
        "A network that goes out and comes back predicts the same", arguments: ["onnx", "safetensors", "keras", "h5"])
    func comesBack(_ ending: String) throws {
        let exported = try work.succeed("export", "run", "-o", "network.\(ending)")
        let names = ["onnx": "ONNX", "safetensors": "safetensors", "keras": "Keras", "h5": "Keras's HDF5"]
        #expect(exported == "network.\(ending): 64-8-10, 610 parameters, for \(names[ending] ?? "")\n")
        let imported = try work.succeed("import-model", "network.\(ending)", "-o", "back.h5")
        // Keras has a layer that makes one row of the pixels.
        let words = ["keras", "h5"].contains(ending) ? "64 → flatten, 8 → 10" : "64-8-10"
        #expect(imported == "back.h5: \(words), 610 parameters, cross-entropy\n")
        try work.succeed("predict", "run", data("digits.h5"), "-o", "first.csv")
        try work.succeed("predict", "back.h5", data("digits.h5"), "-o", "second.csv")
        #expect(try work.text("first.csv") == work.text("second.csv"))
    }

    @Test("A format that is none, a file that exists and a file without a network are refused")
    func refuses() throws {
        try work.expectRefusal(
            ["export", "run", "-o", "a.onnx", "--format", "tf"], 64,
            "--format must be one of onnx, keras, keras-h5, safetensors, torch (got tf)")
        try work.expectRefusal(
            ["export", "run", "-o", "network"], 64,
            "network does not end as a format's files do\n"
                + "  say it with --format: onnx, keras, keras-h5, safetensors, torch")
        try work.succeed("export", "run", "-o", "network.pt")
        try work.expectRefusal(
            ["export", "run", "-o", "network.pt"], 73,
            "network.pt exists already\n  replace it (--force), or choose another --output")
        try work.write([1, 2, 3], to: "model.onnx")
        try work.expectRefusal(
            ["import-model", "model.onnx", "-o", "back.h5"], 65,
            "model.onnx: no network that can be imported\n"
                + "  .onnx, .keras, Keras's .h5 and .weights.h5, and .safetensors can")
    }
}
