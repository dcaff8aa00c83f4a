import Glibc

/// Why an archive could not be written or read at all. What is wrong *in* an archive is a finding, not an error.
package enum ArchiveError: Error, Hashable, Sendable {
    /// `errno` of a system call.
    case io(path: String, operation: String, code: Int32)
    /// Longer, shorter or replaced while it was being archived.
    case changed(path: String)
    case library(String)
    /// It cannot be used for what is wrong in it.
    case flawed(path: String, reason: String)
}

extension ArchiveError {
    /// The fault lies with what was named, not with the disk.
    package var isUnreadableInput: Bool {
        switch self {
        case .flawed: true
        case .io(_, _, let code): [ENOENT, ENOTDIR, EISDIR, EINVAL, ELOOP, EFBIG].contains(code)
        case .changed, .library: false
        }
    }
}

extension ArchiveError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .io(let path, let operation, let code): "cannot \(operation) '\(path)': \(String(cString: strerror(code)))"
        case .changed(let path): "'\(path)' changed while it was being archived"
        case .library(let reason): "libarchive: \(reason)"
        case .flawed(let path, let reason): "'\(path)' cannot be used: \(reason)"
        }
    }
}

/// Something wrong with an archive or a published folder: which member, and why. Nil: the whole.
package struct ArchiveFinding: Hashable, Sendable, CustomStringConvertible {
    package let member: String?
    package let reason: String

    package init(_ reason: String, in member: String? = nil) {
        self.member = member
        self.reason = reason
    }
    package var description: String { member.map { "'\($0)': \(reason)" } ?? reason }
}
