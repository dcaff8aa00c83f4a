import Evidence
import Mapping
import Redaction

/// A JSON record's bytes as everything after reads them: JSON that stands in a text opened, where the source says so, and no ASCII behind a `\u` escape, where
/// patterns are looked for.
final class RecordSpelling {
    private var texts: JSONInText?
    private let isSearched: Bool

    init(_ source: SourceDefinition) {
        texts = JSONInText(source.jsonIn)
        isSearched = source.personalData == .redact
    }

    /// Calls with the bytes to read, and with those to store where nothing in them is to be redacted, which say the same.
    func spelled<Answer>(_ record: UnsafeRawBufferPointer, _ body: (_ read: UnsafeRawBufferPointer, _ stored: UnsafeRawBufferPointer) -> Answer) -> Answer {
        if let opened = texts?.opened(record) { return opened.withUnsafeBytes { plain($0, body) } }
        return plain(record, body)
    }

    private func plain<Answer>(_ record: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Answer) -> Answer {
        if isSearched, let plain = PlainSpelling.of(record) { return plain.withUnsafeBytes { body($0, record) } }
        return body(record, record)
    }
}
