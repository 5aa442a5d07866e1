import DurableFiles
import Foundation
import HDF5
import Testing

/// Files of the wrong kind: the error names the kind and says how to convert the file.
@Suite struct KindOfFileTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    /// The beginning of a zip archive with an entry of this name.
    private static func archive(_ name: String) -> [UInt8] {
        let header: [UInt8] =
            [0x50, 0x4B, 3, 4] + [UInt8](repeating: 0, count: 22) + [UInt8(name.utf8.count), 0, 0, 0]
        return header + Array(name.utf8)
    }

    private static let samples: [(bytes: [UInt8], name: String, wayOut: String)] = [
        (
            archive("x.npy"), "a NumPy archive",
            "in Python: with h5py.File(\"data.h5\", \"w\") as file: file.update(numpy.load(\"file\"))"
        ),
        (
            archive("t.csv"), "a zip archive",
            "unpack it: unzip file"
        ),
        (
            archive("xl/workbook.xml"),
            "an Excel workbook", "save its sheet as CSV UTF-8, and use that"
        ),
        (
            [0x93] + Array("NUMPY\u{1}\u{0}v\u{0}{'descr'".utf8), "a NumPy array",
            "in Python, with its labels: with h5py.File(\"data.h5\", \"w\") as file: "
                + "file[\"X\"] = numpy.load(\"file\"); file[\"y\"] = labels"
        ),
        (
            [0x80, 4, 0x95, 6], "a Python pickle",
            "in Python, where it is yours or you trust it: pandas.read_pickle(\"file\"), and to_csv, or h5py"
        ),
        (
            Array("MATLAB 5.0 MAT-file Platform: posix".utf8), "a MATLAB file of version 5",
            "in Python: with h5py.File(\"data.h5\", \"w\") as file: file.update({name: array for name, array in "
                + "scipy.io.loadmat(\"file\", squeeze_me=True).items() if name[0] != \"_\"})"
        ),
        (
            Array("PAR1\u{15}\u{4}".utf8), "a Parquet table",
            "in Python: pandas.read_parquet(\"file\").to_csv(\"table.csv\", index=False)"
        ),
        (
            Array("ARROW1\0\0".utf8), "an Arrow table",
            "in Python: pandas.read_feather(\"file\").to_csv(\"table.csv\", index=False)"
        ),
        (
            Array("CDF\u{1}\0".utf8), "a netCDF file of the classic format",
            "convert it: nccopy -k netCDF-4 file data.h5"
        ),
        (
            Array("SQLite format 3\0".utf8), "an SQLite database",
            "export a table: sqlite3 -header -csv file \"SELECT * FROM name\" > table.csv"
        ),
        (
            Array("[\n  {\"x\": 1}]\n".utf8), "JSON",
            "in Python: pandas.read_json(\"file\").to_csv(\"table.csv\", index=False)"
        ),
        (
            Array("\n<!DOCTYPE html>\n<html>\n".utf8), "a web page",
            "download the data again: the page of a login or of an error may have come in its place"
        ),
        (
            [0x89] + Array("PNG\r\n\u{1A}\n".utf8), "an image",
            "all images go into one dataset: in Python, numpy.stack of what PIL.Image.open reads, and h5py"
        ),
        (
            Array("#2 channels\n@problemName x\n@data\n1:2:a\n".utf8), "time series of a .ts file",
            "import them: lockstep import ucr --train file -o data.h5"
        ),
        (
            Array("__label__a one, two\n".utf8), "texts with labels",
            "import them: lockstep import text --train file -o data.h5"
        ),
        (
            Array("% iris\n\n@RELATION iris\n@DATA\n1,a\n".utf8), "an ARFF file",
            "take its rows as a table: sed '1,/^@data/Id' file > table.csv"
        ),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0], "compressed with xz", "unpack it: xz -dc file > FILE"),
        (Array("BZh91AY&SY".utf8), "compressed with bzip2", "unpack it: bzip2 -dc file > FILE"),
        ([0x28, 0xB5, 0x2F, 0xFD, 4], "compressed with zstd", "unpack it: zstd -dc file > FILE"),
    ]

    /// Texts, which a table may be.
    private static let texts: [(bytes: [UInt8], name: String, wayOut: String)] = [
        (
            [0xFF, 0xFE, 0x61, 0, 0x2C, 0, 0x62, 0], "text in UTF-16",
            "convert it: iconv -f UTF-16 -t UTF-8 file > table.csv"
        ),
        (
            [0x61, 0, 0x2C, 0, 0x62, 0, 0x0A, 0], "text in UTF-16",
            "convert it: iconv -f UTF-16LE -t UTF-8 file > table.csv"
        ),
        (
            [0, 0x61, 0, 0x2C, 0, 0x62, 0, 0x0A], "text in UTF-16",
            "convert it: iconv -f UTF-16BE -t UTF-8 file > table.csv"
        ),
        (
            Array("\ra,b\r".utf8), "text whose lines end in carriage returns alone",
            "convert it: tr '\\r' '\\n' < file > table.csv"
        ),
    ]

    @Test(arguments: samples.indices)
    func everyCommandNamesTheKind(index: Int) throws {
        let (bytes, name, wayOut) = Self.samples[index]
        try expectKind(bytes, name, wayOut)
        try work.expectRefusal(
            ["import", "csv", "--train", "file", "--label", "b", "-o", "new.h5"], 65,
            "file: \(name), not a table of text\n  \(wayOut)")
    }

    @Test(arguments: texts.indices)
    func textsAreTables(index: Int) throws {
        let (bytes, name, wayOut) = Self.texts[index]
        try work.write(bytes, to: "file.csv")
        try work.expectRefusal(
            ["import", "idx", "--train-images", "file.csv", "--train-labels", "file.csv", "-o", "new.h5"], 65,
            "file.csv: \(name), not an IDX file\n  \(wayOut.replacing("file", with: "file.csv"))")
        for arguments in [
            ["import", "csv", "--train", "file.csv", "--label", "b", "-o", "new.h5"],
            ["train", "file.csv", "--label", "b"],
            ["inspect", "file.csv"],
        ] {
            try work.expectRefusal(arguments, 65, "file.csv: has no rows of data")
        }
    }

    private func expectKind(_ bytes: [UInt8], _ name: String, _ wayOut: String) throws {
        try work.write(bytes, to: "file")
        try work.expectRefusal(
            ["import", "idx", "--train-images", "file", "--train-labels", "file", "-o", "new.h5"], 65,
            "file: \(name), not an IDX file\n  \(wayOut)")
        for command in ["train", "inspect"] {
            try work.expectRefusal([command, "file"], 65, "file: \(name), not an HDF5 file\n  \(wayOut)")
        }
    }

    /// Every command that reads a dataset.
    private func expectNotHDF5(_ bytes: some Sequence<UInt8>, _ message: String) throws {
        try work.succeed("train", data("xor.h5"), "--layers", "4", "--max-steps", "0", "--run", "run", "--force")
        try work.write(bytes, to: "file")
        for arguments in [
            ["train", "file"], ["inspect", "file"], ["evaluate", "run", "file"],
            ["predict", "run", "file", "-o", "new.h5"],
        ] {
            try work.expectRefusal(arguments, 65, message)
        }
    }

    @Test func filesToImport() throws {
        try work.write("x,y,kind\n1,2,a\n", to: "file")
        _ = try work.shell("gzip file")
        try expectNotHDF5(
            work.bytes("file.gz"),
            """
            file: compressed with gzip, not an HDF5 file
              unpack it: gzip -dc file > FILE; or import it, if it is a table (lockstep import csv) or IDX
            """)
        try expectNotHDF5(
            [0, 0, 8, 1, 0, 0, 0, 1, 7],
            """
            file: an IDX file, not an HDF5 file
              import it: lockstep import idx --train-images FILE --train-labels FILE -o data.h5
            """)
    }

    @Test func settingsAreNotADataset() throws {
        try work.write("epochs: 3\nlayers: 4,4\n", to: "run.yaml")
        try work.expectRefusal(
            ["train", "run.yaml"], 65,
            "run.yaml: a file of settings, not an HDF5 file\n  settings are named with --config run.yaml")
    }

    @Test func filesThatNeedNoImport() throws {
        try work.expectRefusal(
            ["import", "csv", "--train", data("xor.h5"), "--label", "b", "-o", "new.h5"], 65,
            """
            \(data("xor.h5")): an HDF5 file, not a table of text
              it needs no import: lockstep inspect \(data("xor.h5"))
            """)
    }

    @Test func theKindIsSeenThroughGzip() throws {
        try work.write([0x93] + Array("NUMPY\u{1}\u{0}".utf8), to: "file")
        _ = try work.shell("gzip file")
        try work.expectRefusal(
            ["import", "csv", "--train", "file.gz", "--label", "b", "-o", "new.h5"], 65,
            """
            file.gz: a NumPy array, not a table of text
              in Python, with its labels: with h5py.File("data.h5", "w") as file: file["X"] = numpy.load("file.gz"); \
            file["y"] = labels
            """)
    }

    @Test func bytesThatAreNotText() throws {
        let csv = ["import", "csv", "--train", "file", "--label", "b", "-o", "new.h5"]
        try work.write("a,b\n1,x\u{0}\n", to: "file")
        try work.expectRefusal(csv, 65, "file:2: has a zero byte, which no text has; is it a table?")
        let rows = (0..<100_000).map { "\($0),x\n" }.joined()
        try work.write("a,b\n\(rows)1,\u{0}x\n", to: "file")
        try work.expectRefusal(csv, 65, "file:100002: has a zero byte, which no text has; is it a table?")
    }

    @Test func emptyFile() throws {
        try work.write("", to: "file")
        try work.expectRefusal(["train", "file"], 65, "file: an empty file, not an HDF5 file")
        try work.expectRefusal(
            ["import", "idx", "--train-images", "file", "--train-labels", "file", "-o", "new.h5"], 65,
            "file: an empty file, not an IDX file")
    }
}
