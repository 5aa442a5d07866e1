/// One record of an event file (tensorflow/core/util/event.proto and tensorflow/core/framework/summary.proto).
enum SummaryEvent {
    /// The first record of each file.
    static func version(wallTime: Double) -> ProtobufWriter {
        ProtobufWriter { event in
            event.append(EventField.wallTime, double: wallTime)
            event.append(EventField.fileVersion, text: "brain.Event:2")
        }
    }

    static func values(_ values: [SummaryValue], step: Int, wallTime: Double) -> ProtobufWriter {
        ProtobufWriter { event in
            event.append(EventField.wallTime, double: wallTime)
            event.append(EventField.step, integer: Int64(step))
            event.append(EventField.summary) { summary in
                for value in values { summary.append(1) { value.write(to: &$0) } }
            }
        }
    }

    private enum EventField {
        static let (wallTime, step, fileVersion, summary) = (1, 2, 3, 5)
    }
}

/// A value of one step, and the tag under which TensorBoard shows it; a slash in a tag makes groups.
package enum SummaryValue: Sendable, Equatable {
    case scalar(tag: String, Float)
    case histogram(tag: String, Histogram)

    fileprivate func write(to value: inout ProtobufWriter) {
        switch self {
        case .scalar(let tag, let number):
            value.append(Field.tag, text: tag)
            // Not a tensor, which the event accumulator of scripts and notebooks does not show among its scalars.
            value.append(Field.simpleValue, float: number)
            Self.writeMetadata(plugin: "scalars", to: &value)
        case .histogram(let tag, let histogram):
            value.append(Field.tag, text: tag)
            value.append(Field.tensor) { Self.write(histogram, to: &$0) }
            Self.writeMetadata(plugin: "histograms", to: &value)
        }
    }

    private static func writeMetadata(plugin name: String, to value: inout ProtobufWriter) {
        value.append(Field.metadata) { $0.append(1) { $0.append(1, text: name) } }
    }

    /// A TensorProto with a row of lower end, upper end and count for each bucket.
    private static func write(_ histogram: Histogram, to tensor: inout ProtobufWriter) {
        let doubleType: Int64 = 2
        tensor.append(1, integer: doubleType)
        tensor.append(2) { shape in
            for size in [histogram.buckets.count, 3] { shape.append(2) { $0.append(1, integer: Int64(size)) } }
        }
        let rows = histogram.buckets.flatMap { [$0.lower, $0.upper, $0.count] }
        tensor.append(4, bytes: StoredTensor.Elements.doubles(rows).bytes)
    }

    private enum Field {
        static let (tag, simpleValue, tensor, metadata) = (1, 2, 8, 9)
    }
}
