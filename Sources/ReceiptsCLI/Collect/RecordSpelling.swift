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
    func spelled(_ record: UnsafeRawBufferPointer, _ body: (_ read: UnsafeRawBufferPointer, _ stored: UnsafeRawBufferPointer) throws -> Void) throws {
        if let opened = texts?.opened(record) { try opened.withUnsafeBytes { try plain($0, body) } } else { try plain(record, body) }
    }

    private func plain(_ record: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Void) throws {
        if isSearched, let plain = PlainSpelling.of(record) { try plain.withUnsafeBytes { try body($0, record) } } else { try body(record, record) }
    }
}
