import Testing

/// Forty samples of two numbers and a class: the first number alone decides.
enum SmallTable {
    static let rows = (0..<40).map { row -> [String] in
        ["\((row * 7) % 40)", "\((row * 11) % 13)", (row * 7) % 40 < 20 ? "low" : "high"]
    }
}

extension Workplace {
    /// Writes the small table.
    /// - Parameter cells: the cells of a row in the file.
    func writeTable(_ name: String, header: String?, _ cells: ([String]) -> [String]) throws {
        let lines = [header].compactMap(\.self) + SmallTable.rows.map { cells($0).joined(separator: ",") }
        try write(lines.joined(separator: "\n") + "\n", to: name)
    }

    /// Trains the run "run".
    func trainTable(_ file: String, _ more: String...) throws {
        let options = ["--layers", "4", "--epochs", "5", "--batch-size", "8", "--quiet", "--run", "run", "--force"]
        let result = try run(["train", file] + options + more)
        try #require(result.status == 0, "\(result.errors)")
    }
}
