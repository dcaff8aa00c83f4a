import Evidence

/// Why an anchor, or the root it is to be held against, was refused. Every case is a refusal: there is no partial success.
package enum AnchorError: Error, Hashable, Sendable {
    package enum Form: String, Sendable {
        case cosignature, witnessKey = "witness key", certificate, token = "time-stamp token", response = "time-stamp response"
    }

    case malformed(Form, String)
    /// The file is neither a checkpoint nor signature lines nor a token.
    case noAnchor(String)
    /// What goes to an authority, in place of what comes back.
    case request
    /// Signs other bytes than the checkpoint that it was held against.
    case otherCheckpoint
    case wrongSignature(by: String)
    /// An algorithm, a key or a critical extension that is not understood here.
    case unsupported(String)
    case notForTimestamping(String, String)
    /// A certificate in the chain may not sign others.
    case noAuthority(String)
    case outsideValidity(of: String, at: Instant)
    /// The authority's status and words.
    case notGranted(status: Int, String)
    /// An answer to another request.
    case otherNonce
}

extension AnchorError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformed(let form, let reason): "the \(form.rawValue) is malformed: \(reason)"
        case .noAnchor(let path): "'\(path)' is neither a checkpoint nor a witness's lines nor a time-stamp token"
        case .request: "it is the time-stamp request, on which nobody has said anything yet: bring what the authority answers to it (.tsr)"
        case .otherCheckpoint: "it is over another checkpoint"
        case .unsupported(let what): "\(what) is not supported"
        case .notForTimestamping(let name, let reason): "the certificate '\(name)' is not for time-stamping: \(reason)"
        case .noAuthority(let name): "the certificate '\(name)' may not sign others"
        case .outsideValidity(let name, let at): "the certificate '\(name)' was not valid at \(at)"
        case .notGranted(let status, let words): "the authority granted no time-stamp: status \(status)\(words.isEmpty ? "" : ", '\(words)'")"
        case .otherNonce: "it answers another request"
        case .wrongSignature(let name): "the signature that names '\(name)' does not verify over this checkpoint"
        }
    }
}
