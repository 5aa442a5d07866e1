import DurableFiles
import RunSettings

/// The settings in which runs differ, in the order of the table of settings.
struct SettingDifferences {
    /// A setting, and its value in each run; nil for a path that is not set, or a run whose settings cannot be read.
    let entries: [(key: String, texts: [String?])]

    /// - Parameters:
    ///   - configurations: of each run; nil if it cannot be read.
    ///   - isIncluded: whether a setting matters.
    init(_ configurations: [Configuration?], where isIncluded: (Setting) -> Bool = { _ in true }) {
        entries = Setting.all.filter(isIncluded).compactMap { setting in
            let texts = configurations.map { $0.flatMap(setting.text) }
            let known = zip(configurations, texts).filter { $0.0 != nil }.map(\.1)
            return Set(known).count > 1 ? (setting.key, texts) : nil
        }
    }

    /// "layers=64, learningRate=0.1", of one run.
    func text(of run: Int) -> String {
        entries.compactMap { entry in entry.texts[run].map { "\(entry.key)=\($0)" } }.joined(separator: ", ")
    }

    /// Of one run.
    func json(of run: Int) -> JSON {
        .object(entries.map { ($0.key, $0.texts[run].map(JSON.string) ?? .null) })
    }
}
