import Foundation
import Testing

/// What docs/schedule ships, held against systemd's own judgement.
struct SchedulePageTests {
    private static let hasSystemd = FileManager.default.isExecutableFile(atPath: "/usr/bin/systemd-analyze")

    /// The units in a folder of their own, for a program that is there.
    private func units() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("units-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for name in ["receipts.service", "receipts.timer"] {
            let text = try Repository.text("docs/schedule/" + name).replacingOccurrences(of: "/usr/local/bin/receipts", with: "/bin/true")
            try Data(text.utf8).write(to: folder.appendingPathComponent(name))
        }
        return folder
    }

    @Test(.enabled(if: hasSystemd, "skipped: systemd-analyze is not installed"))
    func theUnitsAreSoundAndHardened() throws {
        let folder = try units()
        defer { try? FileManager.default.removeItem(at: folder) }
        let verified = try Program.shell("systemd-analyze verify \(folder.path)/receipts.service \(folder.path)/receipts.timer 2>&1", in: folder)
        #expect(verified.status == 0 && !verified.output.contains("receipts."), "\(verified.output)")
        // Of 10; what remains is that it has a network, which is what it is for.
        let judged = try Program.shell("systemd-analyze security --no-pager --offline=yes --threshold=20 \(folder.path)/receipts.service 2>&1", in: folder)
        #expect(judged.status == 0, "\(judged.output)")
    }

    @Test func everySchedulerCallsTheCommandsThatThereAre() throws {
        for name in ["receipts.service", "receipts.cron", "github-actions.yml"] {
            let text = try Repository.text("docs/schedule/" + name)
            #expect(text.contains("run --wait") && text.contains("status --wait"), "\(name)")
        }
        for command in ["run", "status"] { #expect(try Repository.text("docs/cli/\(command).txt").contains("--wait")) }
    }
}
