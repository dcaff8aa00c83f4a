import Evidence

// Files in, values or findings out, in this order: the words (criteria, plan, kinds), then what is written in them (controls,
// ready-made mappings), so that a misspelt kind is one finding and not a hundred.

/// Reads every file under `root`. Pure: the caller has read the disk. Throws every finding, sorted by place.
package func loadCatalogue(files: [CatalogueFile], root: String = "controls", examples: ExampleReading = .read) throws(Diagnostics) -> Catalogue {
    let loader = CatalogueLoader(findings: Findings(), root: root, examples: examples)
    return try loader.load(files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) })
}

/// Reads one control file by the words of a catalogue that may not hold it: a wording of earlier days.
package func loadControl(
    file: CatalogueFile, catalogue: Catalogue, root: String = "controls", examples: ExampleReading
) throws(Diagnostics) -> Control {
    let findings = Findings()
    var control: Control?
    if case .control(let folder, let name)? = CatalogueRole(path: file.path, root: root) {
        let reader = ControlReader(
            findings: findings, kinds: catalogue.kinds, criteria: catalogue.criteria, milestones: catalogue.plan.milestones.map(\.day), reading: examples)
        control = reader.control(file, folder: folder, fileName: name)
    }
    try findings.throwIfAny()
    guard let control else { throw Diagnostics(.error("not a control file", at: Place(file: file.path))) }
    return control
}

/// Reads `receipts.yaml`. `digest` is SHA-256 in hexadecimal; it comes from the caller because nothing here hashes.
package func loadProgramme(
    file: CatalogueFile, catalogue: Catalogue, digest: ([UInt8]) -> String
) throws(Diagnostics) -> Programme {
    let findings = Findings()
    let programme = withoutActuallyEscaping(digest) { digest in
        YAMLValue(file: file, findings: findings).flatMap {
            ProgrammeReader(findings: findings, catalogue: catalogue, digest: digest).programme($0, text: file.bytes)
        }
    }
    try findings.throwIfAny()
    guard let programme else { throw Diagnostics(.error("the programme cannot be read", at: Place(file: file.path))) }
    return programme
}

private struct CatalogueLoader {
    let findings: Findings
    let root: String
    let examples: ExampleReading

    func load(_ files: [CatalogueFile]) throws(Diagnostics) -> Catalogue {
        let roles = files.map { (file: $0, role: role($0)) }
        let criteria = one(.criteria, "criteria.yaml", roles).map(CriteriaReader(findings: findings).criteria) ?? []
        let plan = one(.plan, "plan.yaml", roles).flatMap(PlanReader(findings: findings, words: planWords(roles)).plan)
        checkTwice(criteria.map { ($0.id.text, Place(file: root + "/criteria.yaml")) }, "criteria")
        let kinds = kinds(roles)
        let controls = controls(roles, kinds: kinds, criteria: criteria, milestones: plan?.milestones.map(\.day) ?? [])
        let readyMade = readyMade(roles, kinds: kinds)
        let traces = traces(roles, kinds: kinds)
        let sampling = roles.first { $0.role == .sampling }.flatMap { YAMLValue(file: $0.file, findings: findings) }
            .flatMap(SampleSizesReader(findings: findings).sizes)
        try findings.throwIfAny()
        guard let plan else { throw Diagnostics(.error("the plan cannot be read", at: Place(file: root + "/plan.yaml"))) }
        return Catalogue(criteria: criteria, kinds: kinds, controls: controls, plan: plan, readyMade: readyMade, traces: traces, sampling: sampling)
    }

    private func role(_ file: CatalogueFile) -> CatalogueRole? {
        guard let role = CatalogueRole(path: file.path, root: root) else {
            findings.error(
                "nothing under '\(root)' lies there or is called so", at: Place(file: file.path),
                hint: "criteria.yaml, plan.yaml, sampling.yaml, kinds/<name>.yaml, sources/<name>.yaml, traces/<name>.yaml or <category>/<ID>.yaml")
            return nil
        }
        return role
    }

    private func one(_ role: CatalogueRole, _ name: String, _ roles: [(file: CatalogueFile, role: CatalogueRole?)]) -> YAMLValue? {
        guard let file = roles.first(where: { $0.role == role })?.file else {
            findings.error("'\(name)' is missing", at: Place(file: root + "/" + name))
            return nil
        }
        return YAMLValue(file: file, findings: findings)
    }

    /// By file name: a control that cannot be read is one finding, not another one in the plan.
    private func planWords(_ roles: [(file: CatalogueFile, role: CatalogueRole?)]) -> PlanWords {
        var words = PlanWords(controls: [], kinds: [])
        for (_, role) in roles {
            switch role {
            case .control(_, let name)?: words.controls.append(name)
            case .kind(let name)?: words.kinds.append(name)
            case .criteria?, .plan?, .sampling?, .readyMade?, .trace?, nil: break
            }
        }
        return words
    }

    private func kinds(_ roles: [(file: CatalogueFile, role: CatalogueRole?)]) -> [Kind] {
        let reader = KindReader(findings: findings)
        let kinds = roles.compactMap { file, role -> Kind? in
            guard case .kind(let name) = role else { return nil }
            return YAMLValue(file: file, findings: findings).flatMap { reader.kind($0, fileName: name) }
        }
        checkTwice(kinds.map { ($0.name.text, $0.place) }, "kinds")
        return kinds.sorted { $0.name < $1.name }
    }

    private func controls(
        _ roles: [(file: CatalogueFile, role: CatalogueRole?)], kinds: [Kind], criteria: [Criterion], milestones: [Int]
    ) -> [Control] {
        let reader = ControlReader(findings: findings, kinds: kinds, criteria: criteria, milestones: milestones, reading: examples)
        let folders = Category.allCases.map(\.rawValue)
        let controls = roles.compactMap { file, role -> Control? in
            guard case .control(let folder, let name) = role else { return nil }
            guard folders.contains(folder) else {
                findings.unknown(folder, "a folder of the catalogue", among: folders + ["kinds", "sources", "traces"], at: Place(file: file.path))
                return nil
            }
            return reader.control(file, folder: folder, fileName: name)
        }
        checkTwice(controls.map { ($0.id.text, $0.place) }, "controls")
        return controls.sorted { $0.id < $1.id }
    }

    private func readyMade(_ roles: [(file: CatalogueFile, role: CatalogueRole?)], kinds: [Kind]) -> [ReadyMadeMapping] {
        let reader = SourceReader(findings: findings, kinds: kinds)
        return roles.compactMap { file, role -> ReadyMadeMapping? in
            guard case .readyMade(let name) = role, let value = YAMLValue(file: file, findings: findings),
                let section = Section(open: value, "a ready-made mapping", findings: findings)
            else { return nil }
            reader.checkReadyMade(section)
            return ReadyMadeMapping(name: name, section: section)
        }
    }

    private func traces(_ roles: [(file: CatalogueFile, role: CatalogueRole?)], kinds: [Kind]) -> [Trace] {
        let reader = TraceReader(findings: findings, kinds: kinds)
        return roles.compactMap { file, role -> Trace? in
            guard case .trace(let name) = role else { return nil }
            return YAMLValue(file: file, findings: findings).flatMap { reader.trace($0, fileName: name) }
        }
    }

    private func checkTwice(_ ids: [(id: String, place: Place)], _ what: String) {
        var first: [String: Place] = [:]
        for (id, place) in ids {
            if let other = first[id] {
                findings.error("two \(what) are called '\(id)'", at: place, hint: "the other one stands in \(other.file)")
            } else {
                first[id] = place
            }
        }
    }
}
