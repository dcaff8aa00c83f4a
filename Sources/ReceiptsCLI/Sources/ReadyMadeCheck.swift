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

    /// A programme whose one source is of the mapping, over the place that the mapping itself gives as an example.
    private func trialProgramme(_ mapping: ReadyMadeMapping) -> [UInt8] {
        let location = mapping.locationKey == "command" ? [] : [mapping.example ?? "example"]
        let entry = SourceEntry(id: mapping.name, mapping: mapping, owner: "nobody", location: location)
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
