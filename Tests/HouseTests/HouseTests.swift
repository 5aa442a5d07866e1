import Foundation
import Testing

/// Compares the sources with the module list in ARCHITECTURE.md.
@Suite struct HouseTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let sources = root.appending(path: "Sources")

    /// Modules of the system.
    private static let system: Set = ["Foundation", "Glibc", "Darwin", "Dispatch", "Synchronization"]

    /// The lines `    Module → A, B` of ARCHITECTURE.md, in order.
    private static func drawnArrows() throws -> [(module: String, imports: Set<String>)] {
        let text = try String(contentsOf: root.appending(path: "ARCHITECTURE.md"), encoding: .utf8)
        return text.matches(of: /(?m)^    (\w+) →([\w ,]*)$/).map { match in
            let imports = match.2.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            return (String(match.1), Set(imports.filter { !$0.isEmpty }))
        }
    }

    /// The Swift files of a module.
    private static func files(of module: String) throws -> [URL] {
        let directory = sources.appending(path: module)
        return try FileManager.default.subpathsOfDirectory(atPath: directory.path)
            .filter { $0.hasSuffix(".swift") }.map { directory.appending(path: $0) }
    }

    private static func text(_ file: URL) throws -> String { try String(contentsOf: file, encoding: .utf8) }

    @Test func everyModuleImportsWhatIsDrawn() throws {
        for (module, drawn) in try Self.drawnArrows() {
            var imports: Set<String> = []
            for file in try Self.files(of: module) {
                imports.formUnion(try Self.text(file).matches(of: /(?m)^(?:\w+ )?import (\w+)/).map { String($0.1) })
            }
            #expect(imports.subtracting(Self.system) == drawn, "\(module)")
        }
    }

    @Test func everyModuleStandsBelowWhatItImports() throws {
        let arrows = try Self.drawnArrows()
        let modules = try FileManager.default.contentsOfDirectory(atPath: Self.sources.path)
        let swiftModules = try modules.filter { try !Self.files(of: $0).isEmpty }
        #expect(arrows.map(\.module).sorted() == swiftModules.sorted())
        var above: Set<String> = []
        for (module, imports) in arrows {
            #expect(imports.intersection(swiftModules).isSubset(of: above), "\(module)")
            above.insert(module)
        }
    }

    @Test func noModuleIsATower() throws {
        for (module, _) in try Self.drawnArrows() {
            let files = try Self.files(of: module)
            let lines = try files.reduce(0) {
                try $0 + Self.text($1).split(separator: "\n", omittingEmptySubsequences: false).count
            }
            #expect(lines <= 3000, "\(module) has \(lines) lines")
            let folders = Dictionary(grouping: files) { $0.deletingLastPathComponent().path }
            for (folder, files) in folders { #expect(files.count <= 15, "\(folder)") }
        }
    }
}
