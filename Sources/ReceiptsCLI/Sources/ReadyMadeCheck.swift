import Controls
import Evidence

/// Compiles the ready-made mappings that no source of the programme uses: a mistake in one is to be found before somebody needs it.
struct ReadyMadeCheck {
    let folder: ProgrammeFolder

    /// What stands in the mappings' own files; of a source that has only been made up for this nothing is said.
    func problems() -> [Diagnostic] {
        folder.catalogue.readyMade.flatMap { mapping in
            ErrorText.problems {
                let programme = try folder.programme(reading: trialProgramme(mapping))
                _ = try Mappings(sources: programme.sources, kinds: folder.catalogue.kinds)
            }.filter { $0.place?.file == mapping.place.file }
        }
    }

    /// A programme whose one source is of the mapping, over a place that any source could have.
    private func trialProgramme(_ mapping: ReadyMadeMapping) -> [UInt8] {
        let location = ["url": ["https://example.org/"], "command": []][mapping.locationKey ?? ""] ?? ["example"]
        let entry = SourceEntry(id: "trial", mapping: mapping, owner: "nobody", location: location)
        return Array(
            """
            entity: Nobody
            system: nothing
            zone: UTC
            plan: {start: 2026-01-01}
            periods:
              - {id: none, type: 1, as_of: 2026-01-01}
            sources:
            \(entry.text)

            """.utf8)
    }
}
