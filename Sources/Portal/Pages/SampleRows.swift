import Assessment
import Controls
import Evidence

/// Frozen populations of a control, and what was drawn from each.
enum SampleRows {
    private static let unknown = Shape("a line that names no item", text: ["text"])
    private static let replaced = Shape("a replacement", text: ["void", "verdict", "class", "instead", "reason", "by", "at", "id", "href"])
    private static let link = Shape("an evidence link", text: ["name", "id", "href"])
    private static let item = Shape("a drawn item", text: ["position", "ordinal", "key", "verdict", "class", "href"], lists: [("evidence", link)])
    private static let draw = Shape(
        "a draw",
        text: ["id", "href", "name", "at", "method", "seed", "stratum", "given_by", "by", "label", "why", "size", "tested", "deviation", "bound", "command"],
        flags: ["managements", "follows", "does_not_follow", "by_chance"], lists: [("items", item), ("replaced", replaced), ("unknown", unknown)])
    static let shape = Shape(
        "a frozen population",
        text: ["id", "href", "name", "at", "count", "digest", "list", "head_size", "head_root", "query_digest", "strata", "until", "by", "gone"],
        flags: ["roll_forward", "unreadable", "other_wording"], lists: [("draws", draw)])

    static func fill(_ values: inout PageValues, _ result: ControlResult, _ walk: SampleWalk, _ shown: ShownArtifacts, _ edition: Edition) {
        let statements = edition.management
        let around = Surroundings(edition)
        for (i, (frozen, list)) in walk.frozen.enumerated() {
            values.add("samples") {
                $0.set("id", frozen.id.description)
                $0.set("href", shown.contains(frozen.id) ? Paths.artifact(frozen.id) : "")
                $0.set("name", frozen.name)
                $0.set("at", frozen.at.description)
                $0.set("count", frozen.count)
                $0.set("digest", frozen.listDigest)
                $0.set("list", list == nil ? "" : Paths.frozen(frozen))
                $0.set("head_size", frozen.headSize)
                $0.set("head_root", frozen.headRoot)
                $0.set("query_digest", frozen.queryDigest)
                $0.set("strata", frozen.strata)
                $0.set("until", frozen.until?.description ?? "")
                $0.set("by", frozen.by)
                $0.set("gone", walk.gone(i) == 0 ? "" : String(walk.gone(i)))
                $0.flag("roll_forward", frozen.isRollForward)
                $0.flag("unreadable", list == nil)
                $0.flag("other_wording", frozen.wordingDigest != result.control.wordingDigest.description)
                for draw in statements.draws where draw.control == frozen.control && draw.period == frozen.period && draw.frozen == frozen.name {
                    $0.add("draws") { add(&$0, draw, frozen, list, statements, result, walk, shown, around) }
                }
            }
        }
    }

    private static func add(
        _ values: inout PageValues, _ draw: SampleDraw, _ frozen: FrozenPopulation, _ list: FrozenList?, _ statements: Statements, _ result: ControlResult,
        _ walk: SampleWalk, _ shown: ShownArtifacts, _ around: Surroundings
    ) {
        let standing = statements.standing(of: draw)
        let current = statements.current(draw)
        let (tested, deviations) = statements.counted(draw) { walk.found[$0]?.verdict }
        let follows = list.flatMap { Statements.follows(draw, from: $0) }
        values.set("id", draw.id.description)
        values.set("href", shown.contains(draw.id) ? Paths.artifact(draw.id) : "")
        values.set("name", draw.name)
        values.set("at", draw.at.description)
        values.set("method", draw.seed == nil ? "a \(draw.method.rawValue) list" : "a seed")
        values.set("seed", draw.seed ?? "")
        values.set("stratum", draw.stratum ?? "")
        values.set("given_by", draw.givenBy ?? "")
        values.set("by", draw.by)
        values.set("label", standing.label)
        values.set("why", standing.why)
        values.set("size", current.count)
        values.set("tested", tested)
        values.set("deviation", deviations)
        values.set("bound", statements.rateBound(draw) { walk.found[$0]?.verdict }.map(DeviationBound.percent) ?? "")
        values.set(
            "command",
            draw.seed.map { SampleOrder.command(list: Paths.frozen(frozen), seed: $0, stratum: draw.stratum, size: draw.items.count) } ?? "")
        values.flag("by_chance", draw.method.isByChance)
        values.flag("managements", standing.isManagements)
        values.flag("follows", follows == true)
        values.flag("does_not_follow", follows == false)
        for (i, one) in current.enumerated() { values.add("items") { add(&$0, one, position: i + 1, result, walk, shown, around) } }
        for change in statements.replacements(of: draw) {
            values.add("replaced") {
                $0.set("void", change.void.ordinal)
                $0.set("verdict", verdict(walk.found[change.void.key]))
                $0.set("class", walk.found[change.void.key]?.verdict.rawValue ?? ItemVerdict.insufficientEvidence.rawValue)
                $0.set("instead", change.instead.ordinal)
                $0.set("reason", change.reason)
                $0.set("by", change.by)
                $0.set("at", change.at.description)
                $0.set("id", change.id.description)
                $0.set("href", shown.contains(change.id) ? Paths.artifact(change.id) : "")
            }
        }
        for line in draw.unknown { values.add("unknown") { $0.set("text", line) } }
    }

    private static func verdict(_ item: ItemResult?) -> String { item?.verdict.title ?? "not in the population any more" }

    private static func add(
        _ values: inout PageValues, _ drawn: SampleDraw.Item, position: Int, _ result: ControlResult, _ walk: SampleWalk, _ shown: ShownArtifacts,
        _ around: Surroundings
    ) {
        let found = walk.found[drawn.key]
        values.set("position", position)
        values.set("ordinal", drawn.ordinal)
        values.set("key", around.directory.named(found?.keyText ?? drawn.key))
        values.set("verdict", verdict(found))
        values.set("class", found?.verdict.rawValue ?? ItemVerdict.insufficientEvidence.rawValue)
        values.set("href", found.map { around.href(result.control.id, $0.ordinal) } ?? "")
        for (name, artifact) in found?.evidence ?? [] {
            values.add("evidence") {
                $0.set("name", ItemRows.evidenceName(name))
                $0.set("id", artifact.description)
                $0.set("href", shown.contains(artifact) ? Paths.artifact(artifact) : "")
            }
        }
    }
}
