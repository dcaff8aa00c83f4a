/// One member of an archive, held whole.
enum ZipMember {
    static func read(_ member: String, of reader: FileReader, limit: Int) throws(ReadProblem) -> [UInt8] {
        let container = try Container(reader, limit: limit)
        while let found = try container.next() {
            guard found.name.bytes.elementsEqual(member.utf8) else { continue }
            var content: [UInt8] = []
            while true {
                let bytes = try container.read(of: found.name)
                if bytes.isEmpty { return content }
                content += bytes
            }
        }
        throw ReadProblem("'\(reader.name.shown)' has no member '\(member)'")
    }
}
