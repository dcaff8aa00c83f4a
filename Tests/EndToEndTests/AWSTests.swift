import Foundation
import Testing

/// moto's AWS, which checks signatures, keys and policies once three calls have made it an administrator.
@Suite struct AWSTests {
    /// What stands in the account; prints the credentials of a user who may do no more than the mappings' `grants:` say, and of a session of the same rights.
    private static let account = """
        import boto3, json, sys
        def client(name, key='x', secret='x', session=None):
            return boto3.client(name, endpoint_url=sys.argv[1], region_name='eu-central-1', aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=session)
        def policy(*actions):
            return json.dumps({'Version': '2012-10-17', 'Statement': [{'Effect': 'Allow', 'Action': list(actions), 'Resource': '*'}]})
        iam = client('iam')
        iam.create_user(UserName='admin')
        key = iam.create_access_key(UserName='admin')['AccessKey']
        iam.put_user_policy(UserName='admin', PolicyName='all', PolicyDocument=policy('*'))
        admin = (key['AccessKeyId'], key['SecretAccessKey'])
        kms, store, s3, iam = client('kms', *admin), client('secretsmanager', *admin), client('s3', *admin), client('iam', *admin)
        for n in range(3):
            key = kms.create_key()['KeyMetadata']['KeyId']
            if n < 2: kms.rotate_key_on_demand(KeyId=key)
        kms.disable_key(KeyId=key)
        store.create_secret(Name='provider', SecretString='x')
        store.rotate_secret(SecretId='provider', RotationRules={'AutomaticallyAfterDays': 30})
        store.create_secret(Name='never-rotated', SecretString='x')
        where = {'LocationConstraint': 'eu-central-1'}
        s3.create_bucket(Bucket='evidence', ObjectLockEnabledForBucket=True, CreateBucketConfiguration=where)
        s3.put_object_lock_configuration(Bucket='evidence', ObjectLockConfiguration={'ObjectLockEnabled': 'Enabled', 'Rule': {'DefaultRetention': {'Mode': 'COMPLIANCE', 'Days': 400}}})
        s3.create_bucket(Bucket='scratch', CreateBucketConfiguration=where)
        # Of a bucket with versions nothing: moto's answer to ?versioning has a root of another name than S3's.
        s3.put_bucket_lifecycle_configuration(Bucket='scratch', LifecycleConfiguration={'Rules': [{'ID': 'r', 'Status': 'Enabled', 'Filter': {'Prefix': 'raw/'}, 'Expiration': {'Days': 30}}]})
        s3.create_bucket(Bucket='kept', CreateBucketConfiguration=where)
        models = client('sagemaker', *admin)
        models.create_model_package_group(ModelPackageGroupName='Ranker')
        # More than one page of 100; the first is approved and the last is not.
        made = [models.create_model_package(ModelPackageGroupName='Ranker', ModelApprovalStatus='PendingManualApproval', CustomerMetadataProperties={'dataset_version': 'tickets-2'},
                    MetadataProperties={'GeneratedBy': 'job-%d' % n}, InferenceSpecification={'Containers': [{'Image': 'serving:4', 'ModelDataUrl': 's3://models/%d' % n}],
                    'SupportedContentTypes': ['application/json'], 'SupportedResponseMIMETypes': ['application/json']})['ModelPackageArn'] for n in range(1, 104)]
        models.update_model_package(ModelPackageArn=made[0], ModelApprovalStatus='Approved', ApprovalDescription='x')
        rule = {'ApplyServerSideEncryptionByDefault': {'SSEAlgorithm': 'aws:kms', 'KMSMasterKeyID': key}}
        s3.put_bucket_encryption(Bucket='evidence', ServerSideEncryptionConfiguration={'Rules': [rule]})
        rds, ec2 = client('rds', *admin), client('ec2', *admin)
        # Each brings a key of AWS's own along, so only where they are asked for.
        for name, is_encrypted in [('ledger', True), ('scratch', False)] if sys.argv[2:] else []:
            rds.create_db_instance(DBInstanceIdentifier=name, DBInstanceClass='db.t4g.medium', Engine='postgres', MasterUsername='owner', MasterUserPassword='x' * 12,
                                   AllocatedStorage=20, StorageEncrypted=is_encrypted)
            ec2.create_volume(AvailabilityZone='eu-central-1a', Size=1, Encrypted=is_encrypted)
        # For a bucket's lock moto asks for s3:ListBucket, AWS for what stands in `grants:`.
        reading = policy('kms:ListKeys', 'kms:ListKeyRotations', 'kms:DescribeKey', 'secretsmanager:ListSecrets', 'iam:ListUsers', 'iam:ListAccessKeys',
                         's3:ListAllMyBuckets', 's3:GetBucketObjectLockConfiguration', 's3:ListBucket', 's3:GetLifecycleConfiguration', 's3:GetBucketVersioning',
                         's3:GetEncryptionConfiguration', 'rds:DescribeDBInstances', 'ec2:DescribeVolumes',
                         'sagemaker:ListModelPackages', 'sagemaker:DescribeModelPackage')
        iam.create_user(UserName='receipts')
        iam.put_user_policy(UserName='receipts', PolicyName='reading', PolicyDocument=reading)
        key = iam.create_access_key(UserName='receipts')['AccessKey']
        trust = {'Version': '2012-10-17', 'Statement': [{'Effect': 'Allow', 'Principal': {'AWS': '*'}, 'Action': 'sts:AssumeRole'}]}
        role = iam.create_role(RoleName='reading', AssumeRolePolicyDocument=json.dumps(trust))['Role']['Arn']
        iam.put_role_policy(RoleName='reading', PolicyName='reading', PolicyDocument=reading)
        held = client('sts', *admin).assume_role(RoleArn=role, RoleSessionName='night')['Credentials']
        print(json.dumps({'key': key['AccessKeyId'], 'secret': key['SecretAccessKey'], 'session': [held['AccessKeyId'], held['SecretAccessKey'], held['SessionToken']]}))
        """

    private struct Credentials: Decodable {
        let key: String
        let secret: String
        let session: [String]
    }

    private struct Account {
        let sandbox: Sandbox
        let server: RealServer
        let credentials: Credentials

        init(_ profiles: [String]) throws {
            sandbox = try Sandbox()
            try sandbox.run("receipts init . > /dev/null")
            server = try RealServer(sandbox, "moto_server", environment: ["INITIAL_NO_AUTH_ACTION_COUNT": "3"], ready: "/moto-api/data.json") { port in
                ["-H", "127.0.0.1", "-p", "\(port)"]
            }
            try sandbox.write("../account.py", AWSTests.account)
            // moto brings boto3 along; its python3 stands beside it.
            let made = try sandbox.run(
                "$(dirname \"$(command -v moto_server)\")/python3 ../account.py \(server.url) \(profiles.contains("aws-rds-encryption") ? "stores" : "")")
            guard made.code == 0 else { throw Sandbox.Failure("the account is not made: \(made.errors)") }
            credentials = try JSONDecoder().decode(Credentials.self, from: Data(made.output.utf8))
            for profile in profiles {
                // moto calls the JSON of its older services text/html.
                let said = ["aws-access-keys", "aws-object-lock", "s3-lifecycle", "sagemaker-registry"]
                let type = said.contains(profile) || profile.hasSuffix("-encryption") ? "" : "    content_type: text/html\\n"
                let added = try sandbox.run("receipts source add \(profile) \(server.url)/ && printf '\(type)' >> receipts.yaml")
                guard added.code == 0 else { throw Sandbox.Failure(added.errors) }
            }
        }

        func collect(key: String? = nil, secret: String? = nil, session: String = "none") throws -> Sandbox.Answer {
            try sandbox.run(
                "receipts collect",
                environment: [
                    "AWS_ACCESS_KEY_ID": key ?? credentials.key, "AWS_SECRET_ACCESS_KEY": secret ?? credentials.secret, "AWS_SESSION_TOKEN": session,
                ])
        }
        func query(_ sql: String) throws -> String {
            try sandbox.run("sqlite3 -readonly ledger/index.sqlite \"\(sql)\"").output.trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    private static let profiles = [
        "aws-kms-rotations", "aws-kms-keys", "aws-secrets", "aws-access-keys", "aws-object-lock", "s3-lifecycle", "sagemaker-registry",
    ]

    @Test func whetherWhatIsStoredIsEncryptedIsReadFromTheStores() throws {
        let account = try Account(["aws-s3-encryption", "aws-rds-encryption", "aws-ebs-encryption"])
        let collected = try account.collect()
        #expect(collected.code == 0, "\(collected.output)\(collected.errors)")
        func settings(_ source: String) throws -> String {
            try account.query(
                "SELECT at_rest, algorithm, key_id IS NOT NULL FROM encryption_config WHERE source = 'aws-\(source)-encryption' ORDER BY at_rest, store")
        }
        let s3 = try settings("s3")
        // moto gives no default to a bucket that has none, unlike AWS.
        #expect(s3 == "0||0\n0||0\n1|aws:kms|1", "\(s3)")
        #expect(try settings("rds") == "0||0\n1||1" && settings("ebs") == "0||0\n1||1")
        #expect(try account.query("SELECT count(*) FROM reject") == "0")
    }

    @Test func whatTheMappingsAskForIsAllowedByTheirGrantsAndComes() throws {
        let account = try Account(AWSTests.profiles)
        let collected = try account.collect()
        #expect(collected.code == 0, "\(collected.output)\(collected.errors)")
        #expect(
            try account.query("SELECT count(*), count(DISTINCT key_id), min(\\\"trigger\\\") FROM key_rotation WHERE key_id LIKE '%:key/%'") == "2|2|manual")
        #expect(try account.query("SELECT count(*) FROM key_rotation WHERE key_id LIKE '%secret:provider%'") == "1")
        #expect(
            try account.query("SELECT group_concat(state) FROM (SELECT state FROM key_inventory WHERE provider = 'aws kms' ORDER BY state)")
                == "disabled,enabled,enabled")
        #expect(try account.query("SELECT count(*) FROM key_inventory WHERE provider = 'aws iam' AND key_id = '\(account.credentials.key)'") == "1")
        #expect(
            try account.query("SELECT store, mode, keeps_days FROM object_lock_config ORDER BY store")
                == "evidence|compliance|400\nkept|off|\nscratch|off|")
        #expect(try account.query("SELECT store, data_class, keeps_days FROM retention_setting ORDER BY store") == "scratch|raw/|30")
        #expect(
            try account.query(
                "SELECT count(*), count(DISTINCT version), min(name), max(dataset_version), count(created_by), min(location) FROM model_registry_entry")
                == "103|103|ranker|tickets-2|103|s3://models/1")
        #expect(try account.query("SELECT count(*) FROM reject") == "0")
        // A rotation is an event, and no news when it is read again; what is, is read anew each time.
        let again = try account.collect()
        #expect(
            again.code == 0 && again.output.contains("aws-kms-rotations: empty, 0 kept") && again.output.contains("aws-kms-keys: complete, 3 kept"),
            "\(again.output)")
    }

    @Test func whoSignsWithAnotherSecretGetsNothingAndTheSheetSaysSo() throws {
        let account = try Account(AWSTests.profiles)
        for (key, secret) in [(account.credentials.key, "x" + account.credentials.secret.dropFirst()), ("AKIAIOSFODNN7EXAMPLE", account.credentials.secret)] {
            let refused = try account.collect(key: key, secret: secret)
            #expect(refused.code == 5)
            for profile in AWSTests.profiles { #expect(refused.output.contains("\(profile): failed, 0 kept"), "\(refused.output)") }
            #expect(refused.errors.components(separatedBy: "answers with status 403").count == AWSTests.profiles.count + 1, "\(refused.errors)")
        }
        #expect(
            try account.query("SELECT (SELECT count(*) FROM key_rotation) + (SELECT count(*) FROM key_inventory) + (SELECT count(*) FROM object_lock_config)")
                == "0")
        let shown = try account.sandbox.run(
            "receipts source try aws-object-lock --format json",
            environment: ["AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "wrong-secret"])
        #expect(
            shown.code == 5 && shown.output.contains("\"outcome\":\"failed\"") && shown.output.contains("status 403") && !shown.output.contains("wrong-secret"),
            "\(shown.output)")
    }

    @Test func temporaryCredentialsNeedTheirToken() throws {
        let account = try Account(["aws-kms-keys"])
        let held = account.credentials.session
        let without = try account.collect(key: held[0], secret: held[1])
        #expect(without.code == 5 && without.errors.contains("answers with status 4"), "\(without.output)\(without.errors)")
        let auth =
            "auth: {by: aws_sigv4, region: eu-central-1, service: kms, key: {environment: AWS_ACCESS_KEY_ID}, secret: {environment: AWS_SECRET_ACCESS_KEY}, session: {environment: AWS_SESSION_TOKEN}}"
        try account.sandbox.run("printf '    \(auth)\\n' >> receipts.yaml")
        let with = try account.collect(key: held[0], secret: held[1], session: held[2])
        #expect(with.code == 0 && with.output.contains("aws-kms-keys: complete, 3 kept"), "\(with.output)\(with.errors)")
        let wrong = try account.collect(key: held[0], secret: held[1], session: held[2] + "x")
        #expect(wrong.code == 5, "\(wrong.output)")
        #expect(try account.sandbox.run("grep -rlF '\(held[2])' . | wc -l").output == "0\n")
    }
}
