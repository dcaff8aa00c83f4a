import Foundation
import Seal

@testable import Archive

/// The folder of published vectors beside the package, nil (said aloud) where it is not there.
func shared(_ what: String) -> URL? {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let folder = root.deletingLastPathComponent().appendingPathComponent("shared").appendingPathComponent(what)
    guard FileManager.default.fileExists(atPath: folder.path) else {
        print("skipped: ../shared is absent (\(what))")
        return nil
    }
    return folder
}

/// A folder that goes when the value does.
final class Scratch {
    let url: URL
    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("archive-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(at: url) }

    func write(_ name: String, _ bytes: some Sequence<UInt8>, mode: Int = 0o600) throws {
        let path = url.appendingPathComponent(name).path
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }
    func read(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: url.appendingPathComponent(name))) }

    /// Changes one byte in place.
    func patch(_ name: String, at offset: Int, _ byte: UInt8) throws {
        let file = try FileHandle(forUpdating: url.appendingPathComponent(name))
        try file.seek(toOffset: UInt64(offset))
        try file.write(contentsOf: [byte])
        try file.close()
    }

    /// Runs a shell command in the folder; its exit code and all it said.
    func run(_ command: String) throws -> (code: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        process.currentDirectoryURL = url
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}

func key(_ number: UInt8 = 7) throws -> SigningKey { try SigningKey(seed: [UInt8](repeating: number, count: 32)) }

func signer(_ number: UInt8 = 7) throws -> DetachedSigner {
    let signer = Signer(try key(number))
    return { try SSHSignature(digest: $0, namespace: $1, signer: signer).armored }
}
