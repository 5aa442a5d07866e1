import DurableFiles

extension FileKind {
    /// The message for a file of the wrong kind, with advice on converting it.
    /// - Parameter wanted: "an HDF5 file", …
    package func wording(of path: String, not wanted: String) -> String {
        "\(path): \(name), not \(wanted)" + (wayOut(path).map { "\n  \($0)" } ?? "")
    }

    private var name: String {
        switch self {
        case .empty: "an empty file"
        case .table: "a table of text"
        case .settings: "a file of settings"
        case .timeSeries: "time series of a .ts file"
        case .labelledTexts: "texts with labels"
        case .attributeRelation: "an ARFF file"
        case .carriageReturnLines: "text whose lines end in carriage returns alone"
        case .utf16: "text in UTF-16"
        case .gzip: "compressed with gzip"
        case .xz: "compressed with xz"
        case .bzip2: "compressed with bzip2"
        case .zstd: "compressed with zstd"
        case .zip: "a zip archive"
        case .excelWorkbook: "an Excel workbook"
        case .numpyArray: "a NumPy array"
        case .numpyArchive: "a NumPy archive"
        case .pickle: "a Python pickle"
        case .matlab5: "a MATLAB file of version 5"
        case .parquet: "a Parquet table"
        case .arrow: "an Arrow table"
        case .netCDFClassic: "a netCDF file of the classic format"
        case .sqlite: "an SQLite database"
        case .json: "JSON"
        case .webPage: "a web page"
        case .image: "an image"
        case .pdf: "a PDF document"
        case .hdf5: "an HDF5 file"
        case .idx: "an IDX file"
        }
    }

    private func wayOut(_ path: String) -> String? {
        switch self {
        case .empty: nil
        case .table: "import it: lockstep import csv --train \(path) --label COLUMN -o data.h5"
        case .settings: "settings are named with --config \(path)"
        case .timeSeries: "import them: lockstep import ucr --train \(path) -o data.h5"
        case .labelledTexts: "import them: lockstep import text --train \(path) -o data.h5"
        case .attributeRelation: "take its rows as a table: sed '1,/^@data/Id' \(path) > table.csv"
        case .carriageReturnLines: "convert it: tr '\\r' '\\n' < \(path) > table.csv"
        case .utf16(let order): "convert it: iconv -f \(Self.iconvName(order)) -t UTF-8 \(path) > table.csv"
        // A file is read as it is, compressed or not; so is standard input, but not as it comes.
        case .gzip where path == "standard input": "unpack it: gzip -dc FILE | lockstep …"
        case .gzip: "unpack it: gzip -dc \(path) > FILE; or import it, if it is a table (lockstep import csv) or IDX"
        case .xz: "unpack it: xz -dc \(path) > FILE"
        case .bzip2: "unpack it: bzip2 -dc \(path) > FILE"
        case .zstd: "unpack it: zstd -dc \(path) > FILE"
        case .zip: "unpack it: unzip \(path)"
        case .excelWorkbook: "save its sheet as CSV UTF-8, and use that"
        case .numpyArray:
            "in Python, with its labels: with h5py.File(\"data.h5\", \"w\") as file: "
                + "file[\"X\"] = numpy.load(\"\(path)\"); file[\"y\"] = labels"
        case .numpyArchive:
            "in Python: with h5py.File(\"data.h5\", \"w\") as file: file.update(numpy.load(\"\(path)\"))"
        case .pickle:
            "in Python, where it is yours or you trust it: pandas.read_pickle(\"\(path)\"), and to_csv, or h5py"
        case .matlab5:
            "in Python: with h5py.File(\"data.h5\", \"w\") as file: file.update({name: array for name, array in "
                + "scipy.io.loadmat(\"\(path)\", squeeze_me=True).items() if name[0] != \"_\"})"
        case .parquet: "in Python: pandas.read_parquet(\"\(path)\").to_csv(\"table.csv\", index=False)"
        case .arrow: "in Python: pandas.read_feather(\"\(path)\").to_csv(\"table.csv\", index=False)"
        case .netCDFClassic: "convert it: nccopy -k netCDF-4 \(path) data.h5"
        case .sqlite: "export a table: sqlite3 -header -csv \(path) \"SELECT * FROM name\" > table.csv"
        case .json: "in Python: pandas.read_json(\"\(path)\").to_csv(\"table.csv\", index=False)"
        case .webPage: "download the data again: the page of a login or of an error may have come in its place"
        case .image: "all images go into one dataset: in Python, numpy.stack of what PIL.Image.open reads, and h5py"
        case .pdf: nil
        case .hdf5: "it needs no import: lockstep inspect \(path)"
        case .idx: "import it: lockstep import idx --train-images FILE --train-labels FILE -o data.h5"
        }
    }

    private static func iconvName(_ order: ByteOrder?) -> String {
        switch order {
        case nil: "UTF-16"
        case .littleEndian: "UTF-16LE"
        case .bigEndian: "UTF-16BE"
        }
    }
}
