-- Made by make.py: argilla 1.13.3, SQLite.
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('1e629a913727');
CREATE TABLE datasets (
	id CHAR(32) NOT NULL, 
	name VARCHAR NOT NULL, 
	guidelines TEXT, 
	status VARCHAR NOT NULL, 
	workspace_id CHAR(32) NOT NULL, 
	inserted_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT dataset_name_workspace_id_uq UNIQUE (name, workspace_id), 
	FOREIGN KEY(workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE
);
INSERT INTO "datasets" VALUES('1cf2976b418948ecb7928491fa68240f','reviews','Read twice, then decide.','draft','1b7cf32442c047cc85670c9130931464','2026-11-22 21:40:18','2026-11-22 21:40:18');
INSERT INTO "datasets" VALUES('4fa1dbe597f04d62a5632dce566863ea','Cafés ''n'' bars',NULL,'draft','1b7cf32442c047cc85670c9130931464','2026-11-22 21:40:18','2026-11-22 21:40:18');
INSERT INTO "datasets" VALUES('b0bcc03b509042dea3ea504bb29ce4cc','reviews',NULL,'ready','b47d3e21eb754800a1a219e3a89e0252','2026-11-22 21:40:18','2026-11-22 21:40:18');
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
	updated_at DATETIME NOT NULL, metadata JSON, 
	PRIMARY KEY (id), 
	CONSTRAINT record_external_id_dataset_id_uq UNIQUE (external_id, dataset_id), 
	FOREIGN KEY(dataset_id) REFERENCES datasets (id) ON DELETE CASCADE
);
CREATE TABLE responses (
	id CHAR(32) NOT NULL, 
	"values" JSON, 
	status VARCHAR NOT NULL, 
	record_id CHAR(32) NOT NULL, 
	user_id CHAR(32), 
	inserted_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT response_record_id_user_id_uq UNIQUE (record_id, user_id), 
	FOREIGN KEY(record_id) REFERENCES records (id) ON DELETE CASCADE, 
	FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE SET NULL
);
CREATE TABLE suggestions (
	id CHAR(32) NOT NULL, 
	value JSON NOT NULL, 
	score FLOAT, 
	agent VARCHAR, 
	type VARCHAR, 
	record_id CHAR(32) NOT NULL, 
	question_id CHAR(32) NOT NULL, 
	inserted_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(question_id) REFERENCES questions (id) ON DELETE CASCADE, 
	FOREIGN KEY(record_id) REFERENCES records (id) ON DELETE CASCADE, 
	CONSTRAINT suggestion_record_id_question_id_uq UNIQUE (record_id, question_id)
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
INSERT INTO "users" VALUES('1aca0b8bc66142bf9b32ca1ff9a79703','',NULL,'argilla','owner','argilla.apikey','$2b$12$.3JC.v9DZsRyDnOVQShjUOmAcR7DBNG895.uaLDayqTL1wYew47y2','2026-11-22 21:39:46','2026-11-22 21:39:46');
INSERT INTO "users" VALUES('8245c338291e4ed0b2d1575434e3d268','Hulio','Ramos','hulio','owner','hulio.apikey.0001','$2b$12$/aZW1SsRg.TFM6.wgmj52eb2.1ldIM1zChqp4bhtXsonHFGdd5N/S','2026-11-22 21:39:49','2026-11-22 21:39:49');
INSERT INTO "users" VALUES('9284c630aa39428bad49a19e572303a0','Mary',NULL,'mary','admin','WOfAAGC_beSfJKsnptFh4E99wgsDatyxg8kEYtWwMi3ur1b2_5jPniuWHsesTP_E5eB-QP_cewVMQqtIzJ_4wN-RGYiOhZ_F7tFzYLVTTQM','$2b$12$52drtjOtBpCSuWt3BZ2nT..Q9SuXCOQjpuCUpDwo8zBpflJI..csm','2026-11-22 21:39:53','2026-11-22 21:39:53');
INSERT INTO "users" VALUES('41f988ffcd1747deaa0a8f564887a17d','Nick','Name','nick','annotator','Handk6eylHspnTuYd2IaGWcqNdG8c7ubcO2Tsw3PY2IxILvf2rd_cuhLQ4b_dRid-S2fn67BvD9jtKNHu7o9Cp-wamZVKb9HTXUDffuXxu4','$2b$12$CWc7KVA4IwDygeF4YrDk4OOZI.JkPbVuePseFqlWMeSukMz1VzrIm','2026-11-22 21:39:56','2026-11-22 21:39:56');
INSERT INTO "users" VALUES('65d41142beb74454aba9d5fb698ded19','Zoé','O''Neil-Ünal','zoe_2-x','annotator','i6MWInnqoxNyZtNSX-KsolOncR8i_80n-voZ50X5a86jqWuyqVV4yiwDogb3P1rApcIBD28Ii8Ac1g0LXTymh5ooym6rbO18lpSVdwFrcFA','$2b$12$fPS3Z5f4u2D1aA0gIbQJturjA1ehC96wrLA6WgVondLyUBsGqLCku','2026-11-22 21:40:00','2026-11-22 21:40:00');
INSERT INTO "users" VALUES('aecaabf9c0f8405382b07fc8a6d12eea','Kim',NULL,'kim','admin','dQJOSav31AjMXV-oM1yYJIDCfOsLXYW2K-ZMyQL0R95KJUAvRnxphH0gH8mQjd7kIw5tlW5Xw8ffFxk7jUAdNe0OlihlbYI6Fy9msDhbXTY','$2b$12$OLdhQqnZd6lrHgcxKA0tXupwu89jbtEDsejbZehR0FqAJaLpq.Uby','2026-11-22 21:40:08','2026-11-22 21:40:15');
CREATE TABLE workspaces (
	id CHAR(32) NOT NULL, 
	name VARCHAR NOT NULL, 
	inserted_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "workspaces" VALUES('b4412a8f8a4d48599eaa88f41373ca3a','argilla','2026-11-22 21:39:46','2026-11-22 21:39:46');
INSERT INTO "workspaces" VALUES('1b7cf32442c047cc85670c9130931464','zebra','2026-11-22 21:39:53','2026-11-22 21:39:53');
INSERT INTO "workspaces" VALUES('55349f85feb44437b9cc5f0264d66ace','alpha','2026-11-22 21:39:53','2026-11-22 21:39:53');
INSERT INTO "workspaces" VALUES('b47d3e21eb754800a1a219e3a89e0252','mango','2026-11-22 21:39:56','2026-11-22 21:39:56');
INSERT INTO "workspaces" VALUES('457f191c1a6b4d8fbd1111087d371a1e','team','2026-11-22 21:40:00','2026-11-22 21:40:00');
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
INSERT INTO "workspaces_users" VALUES('24c88f0252024a52aa41d4234e2c7c7d','b4412a8f8a4d48599eaa88f41373ca3a','1aca0b8bc66142bf9b32ca1ff9a79703','2026-11-22 21:39:46','2026-11-22 21:39:46');
INSERT INTO "workspaces_users" VALUES('15123edfff1645b99a7266323da7dfc2','1b7cf32442c047cc85670c9130931464','9284c630aa39428bad49a19e572303a0','2026-11-22 21:39:53','2026-11-22 21:39:53');
INSERT INTO "workspaces_users" VALUES('45970b4b1512425583a527de698f0098','55349f85feb44437b9cc5f0264d66ace','9284c630aa39428bad49a19e572303a0','2026-11-22 21:39:53','2026-11-22 21:39:53');
INSERT INTO "workspaces_users" VALUES('9932bae01eb54e9081f4bb4ddbc42165','b47d3e21eb754800a1a219e3a89e0252','41f988ffcd1747deaa0a8f564887a17d','2026-11-22 21:39:56','2026-11-22 21:39:56');
INSERT INTO "workspaces_users" VALUES('7f26c9c248d64db9877fa715219c6cb2','1b7cf32442c047cc85670c9130931464','41f988ffcd1747deaa0a8f564887a17d','2026-11-22 21:39:56','2026-11-22 21:39:56');
INSERT INTO "workspaces_users" VALUES('82d76fe9a099445ca513e5c6392d6c5c','457f191c1a6b4d8fbd1111087d371a1e','65d41142beb74454aba9d5fb698ded19','2026-11-22 21:40:00','2026-11-22 21:40:00');
INSERT INTO "workspaces_users" VALUES('a6d5cc2538384dd889892468ac44efb7','55349f85feb44437b9cc5f0264d66ace','65d41142beb74454aba9d5fb698ded19','2026-11-22 21:40:00','2026-11-22 21:40:00');
INSERT INTO "workspaces_users" VALUES('1d8e7ce5c107472eb1e6bab86046a7e0','b47d3e21eb754800a1a219e3a89e0252','65d41142beb74454aba9d5fb698ded19','2026-11-22 21:40:00','2026-11-22 21:40:00');
INSERT INTO "workspaces_users" VALUES('9d400ca9c56f4963a453a62c838cc8a9','b47d3e21eb754800a1a219e3a89e0252','aecaabf9c0f8405382b07fc8a6d12eea','2026-11-22 21:40:08','2026-11-22 21:40:08');
CREATE INDEX ix_users_role ON users (role);
CREATE UNIQUE INDEX ix_users_username ON users (username);
CREATE UNIQUE INDEX ix_users_api_key ON users (api_key);
CREATE UNIQUE INDEX ix_workspaces_name ON workspaces (name);
CREATE INDEX ix_workspaces_users_user_id ON workspaces_users (user_id);
CREATE INDEX ix_workspaces_users_workspace_id ON workspaces_users (workspace_id);
CREATE INDEX ix_datasets_workspace_id ON datasets (workspace_id);
CREATE INDEX ix_datasets_name ON datasets (name);
CREATE INDEX ix_datasets_status ON datasets (status);
CREATE INDEX ix_questions_dataset_id ON questions (dataset_id);
CREATE INDEX ix_questions_name ON questions (name);
CREATE INDEX ix_records_dataset_id ON records (dataset_id);
CREATE INDEX ix_records_external_id ON records (external_id);
CREATE INDEX ix_responses_user_id ON responses (user_id);
CREATE INDEX ix_responses_status ON responses (status);
CREATE INDEX ix_responses_record_id ON responses (record_id);
CREATE INDEX ix_fields_name ON fields (name);
CREATE INDEX ix_fields_dataset_id ON fields (dataset_id);
CREATE INDEX ix_suggestions_question_id ON suggestions (question_id);
CREATE INDEX ix_suggestions_record_id ON suggestions (record_id);
CREATE INDEX ix_suggestions_type ON suggestions (type);
COMMIT;
