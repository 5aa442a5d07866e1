import Tables

extension SequenceFileError {
    package var wording: String {
        switch self {
        case .hasTimeStamps(let path, let row):
            "\(path):\(row): its values have time stamps, which are not read\n"
                + "  write the values alone, taken at equal intervals, with @timestamps false"
        case .badHeader(let path, let row, let text):
            "\(path):\(row): \(brief(text)) is no header of a .ts file\n"
                + "  one begins with @, comments with #, and the series come after @data"
        case .unequalLength(let path, let row, let expected, let found):
            "\(path):\(row): the series has \(counted(found, "step")), those before it \(grouped(expected)), and the header says "
                + "@equalLength true\n  mend the series, or let the header say @equalLength false"
        case .noData(let path): "\(path): has no line @data, after which the series of a .ts file come"

        case .noValues(let path, let row):
            "\(path):\(row): has a label and no values\n"
                + "  in a .tsv file of the UCR archive tabs separate the class and the values of a series, in a .ts file colons"
        case .notANumber(let path, let row, let text):
            "\(path):\(row): \(text.isEmpty ? "nothing" : brief(text)) stands where a number must be"
        case .notFinite(let path, let row, let text):
            "\(path):\(row): \(brief(text)) is beyond the largest 32-bit float (3.4e38)\n"
                + "  write the numbers in a larger unit, or their logarithms"
        case .missingValue(let path, let row, let value):
            "\(path):\(row): value \(grouped(value)) of the series is missing\n"
                + "  fill it in, or import with --missing mean, median or zero, which fills it, or drop-row, which leaves the series out"
        case .unequalDimensions(let path, let row, let lengths):
            "\(path):\(row): the dimensions of the series have \(listed(lengths.map(grouped), most: 10)) values; "
                + "they must have the same number"
        case .otherDimensions(let path, let row, let expected, let found):
            "\(path):\(row): the series has \(counted(found, "dimension")), not \(grouped(expected))"
        case .noSteps(let path): "\(path): all of its sequences are empty"

        case .noLabel(let path, let row):
            "\(path):\(row): has no label, and others have\n  add it, or leave the line out"
        case .notAClass(let path, let row, let text, let classes):
            "\(path):\(row): \(brief(text)) is none of the classes that the header lists: \(listed(classes.map(brief), most: 20))"
        case .severalLabels(let path, let row, let labels):
            "\(path):\(row): has several labels: \(listed(labels.map(brief), most: 5))\n"
                + "  a text has one class; leave the others out"
        }
    }
}
