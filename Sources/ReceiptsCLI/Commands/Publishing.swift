import Archive
import ArgumentParser
import Assessment
import Evidence
import Verification

struct Publish: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish", abstract: "Publish a revision of a period: portal, XML and signed archive.",
        discussion: "The same sealed state published again is the same revision: it is named, nothing is changed.")

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var waiting: WaitOptions
    @Option(help: "The period's id in receipts.yaml; the current one if not named.")
    var period: String?
    @Option(help: "Where revisions go instead of the programme's output folder; made if it is not there.")
    var output: String?
    @Option(help: "What the archive is packed in: tar.zst, or zip (stored, for who has nothing that reads zstd).")
    var archive = ArchiveFormat.tarZstd
    @Flag(name: .customLong("sha512"), help: "SHA-512 manifests in the archive, beside those with SHA-256.")
    var sha512 = false

    func run() throws {
        try reporting {
            if let output { try Files.requireWritable(output + "/index.html") }
            let world = try place.world()
            let work = try Work(world, waiting: waiting.wait)
            let packing = PeriodArchive.Packing(format: archive, hasSHA512: sha512)
            let report = try work.publication(period: period, output: output).publish(packing)
            world.output(format.format == .json ? report.json.canonical : report.text(output ?? work.folder.outputFolder))
            return .done
        }
    }
}

extension ArchiveFormat: ExpressibleByArgument {}

extension Publication.Report {
    func text(_ folder: String) -> String {
        let folder = folder.hasPrefix("./") ? String(folder.dropFirst(2)) : folder
        let done = archive == nil ? "rendered" : "published"
        let what = isNew ? "\(done) \(period) \(revision)" : "\(period) \(revision) already is this state; nothing was changed"
        let archived = archive.map { "\narchive: \(folder)/\($0)" } ?? ""
        return "\(what)\nportal: \(folder)/\(portal)/index.html\(archived)\n\(AssessmentReport.summary(assessment))"
    }

    var json: JSON {
        [
            "period": .string(period.text), "revision": .string(revision), "portal": .string(portal), "archive": .text(archive), "new": .bool(isNew),
        ]
    }
}

struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "What a scheduler calls: collect, assess, gap report, fresh draft portal.",
        discussion: "Does everything it can, then ends with the gravest of the codes it met.")

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var waiting: WaitOptions
    @Option(help: "The period's id in receipts.yaml; the current one if not named.")
    var period: String?

    func run() throws {
        try reporting {
            let world = try place.world()
            let work = try Work(world, waiting: waiting.wait)
            let collected = try work.collect(only: [])
            collected.diagnostics.forEach { world.errors($0.text + "\n") }
            let session = try work.session(period: period)
            let draft = try Publication(session, world, output: work.folder.outputFolder).draft()
            let gap = try session.gap(draft.assessment)
            if format.format == .json {
                world.output(JSON.object(["collect": collected.json, "draft": draft.json, "gap": GapText(gap).json]).canonical)
            } else {
                world.output([collected.text, draft.text(work.folder.outputFolder), GapText(gap).text].joined(separator: "\n\n"))
            }
            return Outcome.gravest([
                collected.isWhole ? .done : .sourceFailed, gap.items.contains(where: \.isBlocker) ? .attention : .done,
            ])
        }
    }
}
