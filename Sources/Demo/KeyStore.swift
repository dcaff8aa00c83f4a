import Evidence

/// The key store: what it lists each day, and its own log of rotations and uses.
struct KeyStore: Sendable {
    let seed: UInt64
    let calendar: DemoCalendar

    struct Key: Sendable {
        let id: String
        let purpose: String
        let provider: String
        let path: String
        /// Days on which it was rotated; the first lies before the period.
        let rotated: [Day]
    }
    struct Rotation: Sendable {
        let key: String
        /// The number of the version that it brought into force.
        let version: Int
        let at: Instant
    }

    /// Ninety days at most between two rotations. `vector-db-01` was forgotten over a weekend: 91 days.
    static let keys = [
        Key(
            id: "provider-api-01", purpose: "calls to the model provider", provider: "aurora", path: "kv/assistant/provider",
            rotated: [date(-30), date(52), date(136)]),
        Key(
            id: "gateway-signing-01", purpose: "signs requests between services", provider: "own", path: "kv/assistant/signing",
            rotated: [date(-12), date(71), date(154)]),
        Key(
            id: "answers-kek-01", purpose: "wraps the keys of stored answers", provider: "own", path: "kv/assistant/answers-kek",
            rotated: [date(-51), date(34), date(119)]),
        Key(
            id: "vector-db-01", purpose: "opens the vector index", provider: "own", path: "kv/assistant/vector-db",
            rotated: [date(-63), date(28), date(112)]),
        Key(
            id: "backup-kek-01", purpose: "wraps the keys of backups", provider: "own", path: "kv/assistant/backup-kek",
            rotated: [date(-22), date(61), date(145)]),
    ]
    static let late = keys[3]
    private static func date(_ offset: Int) -> Day { DemoCalendar.date(1, 1).adding(days: offset) }

    static func rotations(_ calendar: DemoCalendar) -> [Rotation] {
        keys.flatMap { key in
            key.rotated.enumerated().map { i, day in Rotation(key: key.id, version: 7 + i, at: calendar.at(day, 9, 30)) }
        }.sorted { $0.at < $1.at }
    }

    func inventory() -> Feed {
        let rotations = KeyStore.rotations(calendar)
        return Feed.daily(KeyStore.inventoryEntry, path: "evidence/key-list/keys-{date}.csv") { day in
            let at = calendar.at(day, 3, 15)
            var text = "listed_at,key,version,purpose,provider,created_at,state,owner,path,max_age_days\n"
            for key in KeyStore.keys {
                let version = rotations.last { $0.key == key.id && $0.at <= at }?.version ?? 7
                text +=
                    csv(
                        "\(at)", key.id, "\(version)", key.purpose, key.provider, "2025-03-03T09:00:00Z", "enabled", "security", key.path, "90") + "\n"
            }
            return Array(text.utf8)
        }
    }

    func rotationLog() -> Feed {
        let arrivals = KeyStore.rotations(calendar).map { rotation in
            Arrival(
                calendar.zone.day(of: rotation.at),
                [
                    "at": .at(rotation.at), "event": "rotate", "key": .string(rotation.key), "version": .string("\(rotation.version)"),
                    "previous": .string("\(rotation.version - 1)"), "by": .string(Staff.june.account), "trigger": "schedule", "result": "success",
                    "previous_disabled_at": .at(rotation.at.plus(hours: 5)),
                ])
        }
        return .grown(KeyStore.rotationEntry, path: "evidence/keys/rotations.jsonl", calendar: calendar, arrivals)
    }

    /// Four counts a day of each key's uses.
    func use() -> Feed {
        let rotations = KeyStore.rotations(calendar)
        return Feed.daily(KeyStore.useEntry, path: "evidence/key-use/key-use-{date}.jsonl") { day in
            var random = Random(seed: seed, "key use", day.daysSinceEpoch)
            var bytes: [UInt8] = []
            for hour in [2, 8, 14, 20] {
                for key in KeyStore.keys {
                    let at = calendar.at(day, hour, 59, 30)
                    let version = rotations.last { $0.key == key.id && $0.at <= at }?.version ?? 7
                    bytes.append(line: [
                        "at": .at(at), "key": .string(key.id), "version": .string("\(version)"), "by": "svc-assistant", "action": "decrypt",
                        "result": "success", "uses": .integer(Int64(200 + random.below(900))),
                    ])
                }
            }
            return bytes
        }
    }

    private static let inventoryEntry = """
          - id: key-inventory
            title: Keys as the key store lists them
            owner: security
            connector: files
            path: evidence/key-list/*.csv
            format: csv
            personal_data: none
            covers: {by: daily_files, name: 'keys-{date}.csv'}
            yields:
              - kind: key_inventory
                at: listed_at
                fields:
                  key_id: key
                  key_version: version
                  purpose: purpose
                  provider: provider
                  created_at: created_at
                  state: state
                  owner_team: owner
                  store_path: path
                  rotation_days: max_age_days

        """

    private static let rotationEntry = """
          - id: key-rotations
            title: Key store's own log of rotations
            owner: security
            connector: files
            path: evidence/keys/rotations.jsonl
            format: jsonl
            personal_data: none
            covers: {by: export, since: 2024-01-01}
            yields:
              - kind: key_rotation
                when: {event: event | equals('rotate')}
                at: at
                fields:
                  key_id: key
                  key_version: version
                  previous_version: previous
                  rotated_by: by
                  trigger: trigger
                  outcome: result
                  previous_disabled_at: previous_disabled_at

        """

    private static let useEntry = """
          - id: key-use
            title: Key store's own log of uses
            owner: security
            connector: files
            path: evidence/key-use/*.jsonl
            format: jsonl
            personal_data: none
            covers: {by: daily_files, name: 'key-use-{date}.jsonl'}
            yields:
              - kind: key_usage
                at: at
                fields: {key_id: key, key_version: version, used_by: by, action: action, outcome: result, uses: uses}

        """
}
