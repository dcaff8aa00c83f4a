CREATE EXTENSION vector;
CREATE TABLE embeddings (id int PRIMARY KEY, subject text, embedding vector(3));
CREATE INDEX ON embeddings USING hnsw (embedding vector_cosine_ops);
CREATE TABLE erasure_probe (deletion_request_id text, subject text, copy_id text, probe vector(3), within float8);
CREATE ROLE receipts LOGIN;
GRANT SELECT ON embeddings, erasure_probe TO receipts;
-- Of ada one by name, and one that says the same under no name; of ben one; and many who are far from both.
INSERT INTO embeddings VALUES (1, 'ada@example.com', '[1,0,0]'), (2, NULL, '[0.999,0.01,0]'), (3, 'ben@example.com', '[0,1,0]');
INSERT INTO embeddings SELECT n, 'other-' || n, ARRAY[0, 0, n]::vector FROM generate_series(10, 2000) n;
INSERT INTO erasure_probe VALUES ('d-1', 'ada@example.com', 'public.embeddings', '[1,0,0]', 0.05), ('d-2', 'ben@example.com', 'public.embeddings', NULL, NULL);
