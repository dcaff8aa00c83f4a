import CLibXML2

package enum ExportError: Error, Equatable {
    /// libxml2 refused a call: out of memory, or a programmer's mistake.
    case writer(String)
}

/// An XML document in memory, written by libxml2; every text goes through `SafeText` first.
final class XMLDocument {
    private let buffer: xmlBufferPtr
    private let writer: xmlTextWriterPtr

    init() throws {
        guard let buffer = xmlBufferCreate() else { throw ExportError.writer("xmlBufferCreate") }
        guard let writer = xmlNewTextWriterMemory(buffer, 0) else {
            xmlBufferFree(buffer)
            throw ExportError.writer("xmlNewTextWriterMemory")
        }
        self.buffer = buffer
        self.writer = writer
        try check(xmlTextWriterSetIndent(writer, 1), "indent")
        try check(xmlTextWriterStartDocument(writer, "1.0", "UTF-8", nil), "document")
    }
    deinit {
        xmlFreeTextWriter(writer)
        xmlBufferFree(buffer)
    }

    /// Attributes with a nil value are left out.
    func element(_ name: String, _ attributes: [(String, String?)] = [], _ content: () throws -> Void = {}) throws {
        try check(xmlTextWriterStartElement(writer, name), name)
        for (key, value) in attributes {
            if let value { try check(xmlTextWriterWriteAttribute(writer, key, SafeText.line(value)), key) }
        }
        try content()
        try check(xmlTextWriterEndElement(writer), name)
    }
    /// An element that holds one line.
    func line(_ name: String, _ attributes: [(String, String?)] = [], _ text: String) throws {
        try element(name, attributes) { try check(xmlTextWriterWriteString(writer, SafeText.line(text)), name) }
    }
    /// An element that holds paragraphs.
    func prose(_ name: String, _ paragraphs: [String]) throws {
        try element(name) {
            for text in paragraphs { try line("p", text) }
        }
    }
    private func line(_ name: String, _ text: String) throws { try line(name, [], text) }

    /// The bytes written so far; call it last.
    func finished() throws -> [UInt8] {
        try check(xmlTextWriterEndDocument(writer), "end")
        try check(xmlTextWriterFlush(writer), "flush")
        guard let start = xmlBufferContent(buffer) else { throw ExportError.writer("content") }
        return Array(UnsafeBufferPointer(start: start, count: Int(xmlBufferLength(buffer))))
    }

    private func check(_ result: Int32, _ what: String) throws {
        if result < 0 { throw ExportError.writer(what) }
    }
}
