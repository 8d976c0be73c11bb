-- Made by make.py: argilla 1.6.0, SQLite, upgraded by argilla-server 2.8.0.
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('580a6553186f');
CREATE TABLE "datasets" (
	id CHAR(32) NOT NULL, 
	name VARCHAR NOT NULL, 
	guidelines TEXT, 
	status VARCHAR NOT NULL, 
	workspace_id CHAR(32) NOT NULL, 
	inserted_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	allow_extra_metadata BOOLEAN DEFAULT (true) NOT NULL, 
	last_activity_at DATETIME NOT NULL, 
	distribution JSON NOT NULL, metadata JSON, 
	PRIMARY KEY (id), 
	CONSTRAINT dataset_name_workspace_id_uq UNIQUE (name, workspace_id), 
	FOREIGN KEY(workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE
);
CREATE TABLE datasets_users (
	dataset_id CHAR(32) NOT NULL, 
	user_id CHAR(32) NOT NULL, 
	inserted_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	PRIMARY KEY (dataset_id, user_id), 
	FOREIGN KEY(dataset_id) REFERENCES datasets (id) ON DELETE CASCADE, 
	FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE TABLE fields (
	id CHAR(32) NOT NULL, 
	name VARCHAR NOT NULL, 
	title TEXT NOT NULL, 
	required BOOLEAN DEFAULT 0 NOT NULL, 
	settings JSON NOT NULL, 
	dataset_id CHAR(32) NOT NULL, 
	inserted_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT field_name_dataset_id_uq UNIQUE (name, dataset_id), 
	FOREIGN KEY(dataset_id) REFERENCES datasets (id) ON DELETE CASCADE
);
CREATE TABLE metadata_properties (
	id CHAR(32) NOT NULL, 
	name VARCHAR NOT NULL, 
	title TEXT NOT NULL, 
	settings JSON NOT NULL, 
	allowed_roles JSON DEFAULT '[]' NOT NULL, 
	dataset_id CHAR(32) NOT NULL, 
	inserted_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(dataset_id) REFERENCES datasets (id) ON DELETE CASCADE, 
	CONSTRAINT metadata_property_name_dataset_id_uq UNIQUE (name, dataset_id)
);
CREATE TABLE questions (
	id CHAR(32) NOT NULL, 
	name VARCHAR NOT NULL, 
	title TEXT NOT NULL, 
	description TEXT, 
	required BOOLEAN DEFAULT 0 NOT NULL, 
	settings JSON NOT NULL, 
	dataset_id CHAR(32) NOT NULL, 
	inserted_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT question_name_dataset_id_uq UNIQUE (name, dataset_id), 
	FOREIGN KEY(dataset_id) REFERENCES datasets (id) ON DELETE CASCADE
);
CREATE TABLE records (
	id CHAR(32) NOT NULL, 
	fields JSON NOT NULL, 
	external_id VARCHAR, 
	dataset_id CHAR(32) NOT NULL, 
	inserted_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, metadata JSON, status VARCHAR(9) DEFAULT 'pending' NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT record_external_id_dataset_id_uq UNIQUE (external_id, dataset_id), 
	FOREIGN KEY(dataset_id) REFERENCES datasets (id) ON DELETE CASCADE
);
CREATE TABLE "responses" (
	id CHAR(32) NOT NULL, 
	"values" JSON, 
	status VARCHAR NOT NULL, 
	record_id CHAR(32) NOT NULL, 
	user_id CHAR(32) NOT NULL, 
	inserted_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT response_record_id_user_id_uq UNIQUE (record_id, user_id), 
	CONSTRAINT responses_record_id_fkey FOREIGN KEY(record_id) REFERENCES records (id) ON DELETE CASCADE, 
	CONSTRAINT responses_user_id_fkey FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE TABLE "suggestions" (
	id CHAR(32) NOT NULL, 
	value JSON NOT NULL, 
	score JSON, 
	agent VARCHAR, 
	type VARCHAR, 
	record_id CHAR(32) NOT NULL, 
	question_id CHAR(32) NOT NULL, 
	inserted_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT suggestion_record_id_question_id_uq UNIQUE (record_id, question_id), 
	FOREIGN KEY(question_id) REFERENCES questions (id) ON DELETE CASCADE, 
	FOREIGN KEY(record_id) REFERENCES records (id) ON DELETE CASCADE
);
CREATE TABLE users (
	id CHAR(32) NOT NULL, 
	first_name VARCHAR NOT NULL, 
	last_name VARCHAR, 
	username VARCHAR NOT NULL, 
	role VARCHAR NOT NULL, 
	api_key TEXT NOT NULL, 
	password_hash TEXT NOT NULL, 
	inserted_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "users" VALUES('43ae607c21714722b16e9c4bffa20269','',NULL,'argilla','admin','argilla.apikey','$2b$12$V9z0eZjFjczzcpa0CKwVmee1HjAeimJxHnvPfqIsUjE2xUtkx98AC','2026-11-22 21:39:19.796788','2026-11-22 21:39:19.796788');
INSERT INTO "users" VALUES('039c8cc1c3194d29a38522a580793452','Hulio','Ramos','hulio','admin','hulio.apikey.0001','$2b$12$HnNu4hRd8xhbLGTF12ZqMOsa/Gs6S8eqS3wzgUE6H9/D8yVbXpRuy','2026-11-22 21:39:22.066736','2026-11-22 21:39:22.066736');
INSERT INTO "users" VALUES('5aa158f5600b49de99d19759b3b8f9b7','Mary',NULL,'mary','admin','EARwZUPfdlkgfauWYfnwPfvd2nXrV4Qh_SEAp4KPe1RPW2qm-D70ZWXKxzsayZhPOi-WGpMOITV7yNh566brYEvNeEqHWhekObqSmJIMQL0','$2b$12$9vXQkbHM6fOzzwYvnOFJuuuMWo0GnrmU9LD6yzsR8cJoYTjZlPneC','2026-11-22 21:39:23.588747','2026-11-22 21:39:23.588747');
INSERT INTO "users" VALUES('abd79d76ac3e42a88a51d5a3b481df9d','Nick','Name','nick','annotator','7PtukbLTGkncJSU2EWZ9G4XQBRHCM-Ugb9h_CDicbehjqpAvj-p2_7jSVf1pqih8N6xAhVZAofG-EzXoEeK1TeNfY5nrTanqowrHK-QaMCc','$2b$12$OEFYrMG.kxfuQY7w5B9r6uXSXZPQcg9FwQRcgkiw2mk8IXV16Qblu','2026-11-22 21:39:25.352771','2026-11-22 21:39:25.352771');
INSERT INTO "users" VALUES('3786c3ba3be94612a2783ad2962f9cb6','Zoé','O''Neil-Ünal','zoe_2-x','annotator','wFqXXDeFgqTq8fUElroMYMloPNvsf1_MqgsJNIIhLGaeXXTHXfFJR7NcuC-kOMZ_YQ8g5FO8WJ_GM4mY4mqKd5hG4nz9oNsAFl2B8oOIGc4','$2b$12$I4qX6qiCxa8oeAr2.AJ5fecGYWBxzzWXlcjtfAJMPefpWs2x2dOD2','2026-11-22 21:39:27.035074','2026-11-22 21:39:27.035074');
CREATE TABLE vectors (
	value JSON NOT NULL, 
	record_id CHAR(32) NOT NULL, 
	vector_settings_id CHAR(32) NOT NULL, 
	id CHAR(32) NOT NULL, 
	inserted_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(record_id) REFERENCES records (id) ON DELETE CASCADE, 
	FOREIGN KEY(vector_settings_id) REFERENCES vectors_settings (id) ON DELETE CASCADE, 
	CONSTRAINT vector_record_id_vector_settings_id_uq UNIQUE (record_id, vector_settings_id)
);
CREATE TABLE vectors_settings (
	name VARCHAR NOT NULL, 
	title TEXT NOT NULL, 
	dimensions INTEGER NOT NULL, 
	dataset_id CHAR(32) NOT NULL, 
	id CHAR(32) NOT NULL, 
	inserted_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(dataset_id) REFERENCES datasets (id) ON DELETE CASCADE, 
	CONSTRAINT vector_settings_name_dataset_id_uq UNIQUE (name, dataset_id)
);
CREATE TABLE webhooks (
	id CHAR(32) NOT NULL, 
	url TEXT NOT NULL, 
	secret TEXT NOT NULL, 
	events JSON NOT NULL, 
	enabled BOOLEAN DEFAULT true NOT NULL, 
	description TEXT, 
	inserted_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE workspaces (
	id CHAR(32) NOT NULL, 
	name VARCHAR NOT NULL, 
	inserted_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "workspaces" VALUES('c1cf60957ad14169bcadb5cffc182d8d','argilla','2026-11-22 21:39:19.798326','2026-11-22 21:39:19.798326');
INSERT INTO "workspaces" VALUES('8e4d4d552d704133abaf53ae6b5b52b5','zebra','2026-11-22 21:39:23.590925','2026-11-22 21:39:23.590925');
INSERT INTO "workspaces" VALUES('dd93ef9eb0b74a8c99457a8fe5fe40dc','alpha','2026-11-22 21:39:23.590941','2026-11-22 21:39:23.590941');
INSERT INTO "workspaces" VALUES('9d917263016d4f84a53e87d7ef340baa','mango','2026-11-22 21:39:25.354257','2026-11-22 21:39:25.354257');
INSERT INTO "workspaces" VALUES('d0ce8220075e497a921db61d7784328f','team','2026-11-22 21:39:27.036603','2026-11-22 21:39:27.036603');
CREATE TABLE workspaces_users (
	id CHAR(32) NOT NULL, 
	workspace_id CHAR(32) NOT NULL, 
	user_id CHAR(32) NOT NULL, 
	inserted_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT workspace_id_user_id_uq UNIQUE (workspace_id, user_id), 
	FOREIGN KEY(workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE, 
	FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);
INSERT INTO "workspaces_users" VALUES('5f5dd8993aad453fae87c7a7058cddfc','c1cf60957ad14169bcadb5cffc182d8d','43ae607c21714722b16e9c4bffa20269','2026-11-22 21:39:19.798987','2026-11-22 21:39:19.798987');
INSERT INTO "workspaces_users" VALUES('b71b66987dfa4273b9d7dc821cd886d5','8e4d4d552d704133abaf53ae6b5b52b5','5aa158f5600b49de99d19759b3b8f9b7','2026-11-22 21:39:23.591804','2026-11-22 21:39:23.591804');
INSERT INTO "workspaces_users" VALUES('85cc19955ed648d79d4dcef5d016cc58','dd93ef9eb0b74a8c99457a8fe5fe40dc','5aa158f5600b49de99d19759b3b8f9b7','2026-11-22 21:39:23.591813','2026-11-22 21:39:23.591813');
INSERT INTO "workspaces_users" VALUES('09432b093361438cb7ef5ef02c92eece','9d917263016d4f84a53e87d7ef340baa','abd79d76ac3e42a88a51d5a3b481df9d','2026-11-22 21:39:25.355100','2026-11-22 21:39:25.355100');
INSERT INTO "workspaces_users" VALUES('612412b7a1414505a62c23e00739203f','8e4d4d552d704133abaf53ae6b5b52b5','abd79d76ac3e42a88a51d5a3b481df9d','2026-11-22 21:39:25.355112','2026-11-22 21:39:25.355112');
INSERT INTO "workspaces_users" VALUES('98196cb93797499c90c4e1e6838709ed','d0ce8220075e497a921db61d7784328f','3786c3ba3be94612a2783ad2962f9cb6','2026-11-22 21:39:27.037501','2026-11-22 21:39:27.037501');
INSERT INTO "workspaces_users" VALUES('c3705502d88a45a6a979050e49b86363','dd93ef9eb0b74a8c99457a8fe5fe40dc','3786c3ba3be94612a2783ad2962f9cb6','2026-11-22 21:39:27.037512','2026-11-22 21:39:27.037512');
INSERT INTO "workspaces_users" VALUES('b180e9e584ab40219ed3e949b264df4e','9d917263016d4f84a53e87d7ef340baa','3786c3ba3be94612a2783ad2962f9cb6','2026-11-22 21:39:27.037519','2026-11-22 21:39:27.037519');
CREATE INDEX ix_users_role ON users (role);
CREATE UNIQUE INDEX ix_users_username ON users (username);
CREATE UNIQUE INDEX ix_users_api_key ON users (api_key);
CREATE UNIQUE INDEX ix_workspaces_name ON workspaces (name);
CREATE INDEX ix_workspaces_users_user_id ON workspaces_users (user_id);
CREATE INDEX ix_workspaces_users_workspace_id ON workspaces_users (workspace_id);
CREATE INDEX ix_questions_name ON questions (name);
CREATE INDEX ix_questions_dataset_id ON questions (dataset_id);
CREATE INDEX ix_records_dataset_id ON records (dataset_id);
CREATE INDEX ix_records_external_id ON records (external_id);
CREATE INDEX ix_fields_name ON fields (name);
CREATE INDEX ix_fields_dataset_id ON fields (dataset_id);
CREATE INDEX ix_metadata_properties_dataset_id ON metadata_properties (dataset_id);
CREATE INDEX ix_metadata_properties_name ON metadata_properties (name);
CREATE INDEX ix_vectors_settings_dataset_id ON vectors_settings (dataset_id);
CREATE INDEX ix_vectors_settings_name ON vectors_settings (name);
CREATE INDEX ix_vectors_record_id ON vectors (record_id);
CREATE INDEX ix_vectors_vector_settings_id ON vectors (vector_settings_id);
CREATE INDEX ix_suggestions_question_id ON suggestions (question_id);
CREATE INDEX ix_suggestions_type ON suggestions (type);
CREATE INDEX ix_suggestions_record_id ON suggestions (record_id);
CREATE INDEX ix_responses_record_id ON responses (record_id);
CREATE INDEX ix_responses_status ON responses (status);
CREATE INDEX ix_responses_user_id ON responses (user_id);
CREATE INDEX ix_datasets_status ON datasets (status);
CREATE INDEX ix_datasets_workspace_id ON datasets (workspace_id);
CREATE INDEX ix_datasets_name ON datasets (name);
CREATE INDEX ix_records_status ON records (status);
CREATE INDEX ix_datasets_users_dataset_id ON datasets_users (dataset_id);
CREATE INDEX ix_datasets_users_user_id ON datasets_users (user_id);
COMMIT;
