import CLibArchive

/// The bytes of a tar on their way to libarchive, which takes the end of the bytes for the end of the archive and asks nothing of what follows it.
final class TarBlocks {
    private let bytes: any FileBytes
    private var length = 0
    /// How many bytes of zero the archive ends with so far.
    private var zeros = 0
    /// Why the bytes broke off.
    private(set) var problem: ReadProblem?

    init(_ bytes: any FileBytes) { self.bytes = bytes }

    /// Of libarchive's; these blocks must outlive it.
    func open(_ archive: OpaquePointer) -> Int32 {
        archive_read_set_read_callback(archive) { _, client, block in
            guard let client, let block else { return -1 }
            return Unmanaged<TarBlocks>.fromOpaque(client).takeUnretainedValue().read(block)
        }
        archive_read_set_callback_data(archive, Unmanaged.passUnretained(self).toOpaque())
        return archive_read_open1(archive)
    }

    private func read(_ block: UnsafeMutablePointer<UnsafeRawPointer?>) -> Int {
        do throws(ReadProblem) {
            let chunk = try take()
            block.pointee = chunk.baseAddress
            return chunk.count
        } catch {
            problem = error
            return -1
        }
    }

    private func take() throws(ReadProblem) -> UnsafeRawBufferPointer {
        let chunk = try bytes.next()
        length += chunk.count
        let last = chunk.lastIndex { $0 != 0 }
        zeros = last.map { chunk.count - 1 - $0 } ?? zeros + chunk.count
        return chunk
    }

    /// Once the last member was read, which ended at `end`. POSIX (ustar, "Interchange format") ends an archive with two blocks of zeros; one that was cut
    /// between two members has none, and one that another was appended to has something after them.
    func end(at end: Int, of name: String) throws(ReadProblem) {
        while try !take().isEmpty {}
        if zeros < length - end { throw ReadProblem("'\(name)' goes on after its end: it may be two archives in one file") }
        if length - end < 1024 { throw ReadProblem("'\(name)' breaks off: a tar ends with two blocks of zeros") }
    }
}
