-- Made by make.py: extralit-server 0.7.2, SQLite.
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('a1c9f4e2b703');
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
	distribution JSON NOT NULL, 
	metadata JSON, 
	current_schema_version_id CHAR(32), 
	PRIMARY KEY (id), 
	CONSTRAINT dataset_name_workspace_id_uq UNIQUE (name, workspace_id), 
	CONSTRAINT datasets_workspace_id_fkey FOREIGN KEY(workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE, 
	CONSTRAINT datasets_current_schema_version_id_fkey FOREIGN KEY(current_schema_version_id) REFERENCES schema_versions (id) ON DELETE SET NULL
);
INSERT INTO "datasets" VALUES('5e7c5af84d0442d89bf36d6c2585b2cc','reviews','Read twice, then decide.','draft','77099b7daec349619368526b44759995','2026-11-22 21:46:51.543408','2026-11-22 21:46:51.543408',1,'2026-11-22 21:46:51.543408','{"strategy": "overlap", "min_submitted": 1}',NULL,NULL);
INSERT INTO "datasets" VALUES('7e035cf08b93460e9d9e80f534f73a71','Cafés ''n'' bars',NULL,'draft','77099b7daec349619368526b44759995','2026-11-22 21:46:51.548597','2026-11-22 21:46:51.548597',1,'2026-11-22 21:46:51.548597','{"strategy": "overlap", "min_submitted": 1}',NULL,NULL);
INSERT INTO "datasets" VALUES('a7078040fc2942e88700faff35c8980f','reviews',NULL,'ready','f59483eda8d6400082f66efa4fd1b345','2026-11-22 21:46:51.552348','2026-11-22 21:46:51.552348',1,'2026-11-22 21:46:51.552348','{"strategy": "overlap", "min_submitted": 1}',NULL,NULL);
CREATE TABLE datasets_users (
	dataset_id CHAR(32) NOT NULL, 
	user_id CHAR(32) NOT NULL, 
	inserted_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	PRIMARY KEY (dataset_id, user_id), 
	FOREIGN KEY(dataset_id) REFERENCES datasets (id) ON DELETE CASCADE, 
	FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE TABLE documents (
	reference VARCHAR, 
	pmid VARCHAR, 
	doi VARCHAR, 
	file_name VARCHAR, 
	url VARCHAR, 
	id CHAR(32) NOT NULL, 
	workspace_id CHAR(32), 
	inserted_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, metadata JSON, 
	PRIMARY KEY (id), 
	FOREIGN KEY(workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE
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
CREATE TABLE imports (
	workspace_id CHAR(32) NOT NULL, 
	user_id CHAR(32) NOT NULL, 
	filename VARCHAR NOT NULL, 
	metadata JSON, 
	data JSON NOT NULL, 
	id CHAR(32) NOT NULL, 
	inserted_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE, 
	FOREIGN KEY(workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE
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
	updated_at DATETIME NOT NULL, metadata JSON, status VARCHAR(9) DEFAULT 'pending' NOT NULL, reference VARCHAR, 
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
	CONSTRAINT responses_record_id_fkey FOREIGN KEY(record_id) REFERENCES records (id) ON DELETE CASCADE, 
	CONSTRAINT response_record_id_user_id_uq UNIQUE (record_id, user_id), 
	CONSTRAINT responses_user_id_fkey FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE TABLE "schema_versions" (
	dataset_id CHAR(32) NOT NULL, 
	version INTEGER NOT NULL, 
	object_key TEXT NOT NULL, 
	etag VARCHAR NOT NULL, 
	checksum VARCHAR NOT NULL, 
	parent_version_id CHAR(32), 
	created_by CHAR(32), 
	id CHAR(32) NOT NULL, 
	inserted_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT schema_version_dataset_id_version_uq UNIQUE (dataset_id, version), 
	FOREIGN KEY(parent_version_id) REFERENCES schema_versions (id) ON DELETE SET NULL, 
	FOREIGN KEY(created_by) REFERENCES users (id) ON DELETE SET NULL, 
	FOREIGN KEY(dataset_id) REFERENCES datasets (id) ON DELETE CASCADE
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
	FOREIGN KEY(record_id) REFERENCES records (id) ON DELETE CASCADE, 
	FOREIGN KEY(question_id) REFERENCES questions (id) ON DELETE CASCADE
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
INSERT INTO "users" VALUES('fd78ff5dc92441f6b0c99cf608e3dc5f','',NULL,'extralit','owner','extralit.apikey','$2b$12$RieHtwHUl3COXAjms5rwG.m6JiScRbQljbhz2smo.efBfvCfCD8d.','2026-11-22 21:45:15.904164','2026-11-22 21:45:15.904164');
INSERT INTO "users" VALUES('cf8314b1e8da4aa3a0d549b9fa8e71a9','Hulio','Ramos','hulio','owner','hulio.apikey.0001','$2b$12$A3.LU1QfK4mBJ6P.BTJTY.4WtvhpAUcp8NHvuT1889LcJCx08k7ry','2026-11-22 21:45:30.432923','2026-11-22 21:45:30.432923');
INSERT INTO "users" VALUES('0a149c7b4f134f019607bfb77782314c','Mary',NULL,'mary','admin','6UXQK4LXrzBySMbErwQxE6FChMpJdIF59DlCuhxE30kZsYMDkRnb50ftLiADRRtUW-P5CmBvrsCBYIKGc5A9kQZV6piCgU2jZ9SRe54YzbM','$2b$12$9DvqxDhCxuI9/TOZ82rIYuRtbR37Kkqq4TX7J7WrI/liPrxPGQSku','2026-11-22 21:45:43.609193','2026-11-22 21:45:43.609193');
INSERT INTO "users" VALUES('69729bdfc2394d0daf1eed78e7fb509f','Nick','Name','nick','annotator','CMq7uljL5XmW7kDQhauDfY6dq93NC_zCxksLGyKwMXHYCmsW-qg07dEnsZ2MaoryAMmT_9Xwkf2-UpZFuHNK8EFkmawcbb_6fLNw1SC2SoE','$2b$12$Ajvos5sN2mY0/6BnQxjhJ..SiJfubJ38.gt7Zvxc6r4q2S7vWNKrO','2026-11-22 21:45:54.623745','2026-11-22 21:45:54.623745');
INSERT INTO "users" VALUES('a802ee6da10941758eb6442ad2040120','Zoé','O''Neil-Ünal','zoe_2-x','annotator','MTCPofsNUfLSirzTRsQR7s3EEob7JkRjf6_QR-XBHJDTTmPE-nrsjYJQN1f3pxyl7yy9wuZ-PxDg2hpEP6rvcpJdPODv_P8glGuDYP6VGYE','$2b$12$IyH0Pb1WA2uuGeo04SYEheyRoZM23Aj1JlJMY06/Rw1d20yOFiswe','2026-11-22 21:46:06.659111','2026-11-22 21:46:06.659111');
INSERT INTO "users" VALUES('b286bf9290224a11a7fa6b78dd5e746a','Kim',NULL,'kim','admin','VGiqVKEDeVlDfZmkkkcieBaTSOAaTT5MbPvblbMhUuIEFAl8onbon3-OpnqtzqCRINYlLLdw5Ot02X9EgnGlI-NC5BryJ6k4oF89GAyJg9c','$2b$12$e4m1DwbFnLEi3YHEXKTCgufGkCRfplzVDGJUsoLOBD1WoKW0B5iJ6','2026-11-22 21:46:16.711656','2026-11-22 21:46:28.033633');
INSERT INTO "users" VALUES('832a34062c804e41bb9db151b30b38ed','Mary Ann','Smith','MaryAnn','annotator','q0S2nWobvXKx73BExpfSLj8aGN7NG6sOnkOv1io3pqu88l8zU8EEW-xfKADCI5bo7PHgrhFWWGRsWZrKQQeh3PeNCXjkHiyam4tte4ZYAXs','$2b$12$kbf3Ijh7i2KH.yXlNBpEDucrV5MDbHcg/lBh6jqVlOH2eTf8rhdoO','2026-11-22 21:46:40.136609','2026-11-22 21:46:40.136609');
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
CREATE TABLE workflows (
	workflow_type VARCHAR(50) NOT NULL, 
	status VARCHAR(50) NOT NULL, 
	workspace_id CHAR(32) NOT NULL, 
	document_id CHAR(32) NOT NULL, 
	reference VARCHAR(255), 
	group_id VARCHAR(255) NOT NULL, 
	id CHAR(32) NOT NULL, 
	inserted_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(document_id) REFERENCES documents (id) ON DELETE CASCADE, 
	FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
CREATE TABLE workspaces (
	id CHAR(32) NOT NULL, 
	name VARCHAR NOT NULL, 
	inserted_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "workspaces" VALUES('aa99a37de09e4d9aa53e68aad21e31db','extralit','2026-11-22 21:45:15.906715','2026-11-22 21:45:15.906715');
INSERT INTO "workspaces" VALUES('77099b7daec349619368526b44759995','zebra','2026-11-22 21:45:43.612873','2026-11-22 21:45:43.612873');
INSERT INTO "workspaces" VALUES('10ad30b888f74375998fa78034dca777','alpha','2026-11-22 21:45:43.612890','2026-11-22 21:45:43.612890');
INSERT INTO "workspaces" VALUES('f59483eda8d6400082f66efa4fd1b345','mango','2026-11-22 21:45:54.627147','2026-11-22 21:45:54.627147');
INSERT INTO "workspaces" VALUES('7529a3fe92244c43a3f28ac537f24b5e','team','2026-11-22 21:46:06.662359','2026-11-22 21:46:06.662359');
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
INSERT INTO "workspaces_users" VALUES('a9e1366e622143f981cc2ff1a5de5a43','aa99a37de09e4d9aa53e68aad21e31db','fd78ff5dc92441f6b0c99cf608e3dc5f','2026-11-22 21:45:15.908560','2026-11-22 21:45:15.908560');
INSERT INTO "workspaces_users" VALUES('088129a63ff24558827bc52c4b676a97','77099b7daec349619368526b44759995','0a149c7b4f134f019607bfb77782314c','2026-11-22 21:45:43.615084','2026-11-22 21:45:43.615084');
INSERT INTO "workspaces_users" VALUES('e5aec98e093849d38f59cc3c1e50a98b','10ad30b888f74375998fa78034dca777','0a149c7b4f134f019607bfb77782314c','2026-11-22 21:45:43.615100','2026-11-22 21:45:43.615100');
INSERT INTO "workspaces_users" VALUES('c5382499fa6b47b8b9328ab3312aa052','f59483eda8d6400082f66efa4fd1b345','69729bdfc2394d0daf1eed78e7fb509f','2026-11-22 21:45:54.629620','2026-11-22 21:45:54.629620');
INSERT INTO "workspaces_users" VALUES('52c63132e7b0445c8ed78db8c63baf43','77099b7daec349619368526b44759995','69729bdfc2394d0daf1eed78e7fb509f','2026-11-22 21:45:54.629635','2026-11-22 21:45:54.629635');
INSERT INTO "workspaces_users" VALUES('9ae722e78184408aa84dbc44994965b2','7529a3fe92244c43a3f28ac537f24b5e','a802ee6da10941758eb6442ad2040120','2026-11-22 21:46:06.664543','2026-11-22 21:46:06.664543');
INSERT INTO "workspaces_users" VALUES('3259422a1a714bf398d8839b3ec0634b','10ad30b888f74375998fa78034dca777','a802ee6da10941758eb6442ad2040120','2026-11-22 21:46:06.664561','2026-11-22 21:46:06.664561');
INSERT INTO "workspaces_users" VALUES('56bc10e689fe440994ad19db34789d32','f59483eda8d6400082f66efa4fd1b345','a802ee6da10941758eb6442ad2040120','2026-11-22 21:46:06.664572','2026-11-22 21:46:06.664572');
INSERT INTO "workspaces_users" VALUES('b4d2db553b934271a37388eea7a770d8','f59483eda8d6400082f66efa4fd1b345','b286bf9290224a11a7fa6b78dd5e746a','2026-11-22 21:46:16.713779','2026-11-22 21:46:16.713779');
INSERT INTO "workspaces_users" VALUES('bc6a7402ad69415886ee480dbba96c02','10ad30b888f74375998fa78034dca777','832a34062c804e41bb9db151b30b38ed','2026-11-22 21:46:40.139524','2026-11-22 21:46:40.139524');
CREATE UNIQUE INDEX ix_users_username ON users (username);
CREATE UNIQUE INDEX ix_users_api_key ON users (api_key);
CREATE INDEX ix_users_role ON users (role);
CREATE UNIQUE INDEX ix_workspaces_name ON workspaces (name);
CREATE INDEX ix_workspaces_users_workspace_id ON workspaces_users (workspace_id);
CREATE INDEX ix_workspaces_users_user_id ON workspaces_users (user_id);
CREATE INDEX ix_questions_dataset_id ON questions (dataset_id);
CREATE INDEX ix_questions_name ON questions (name);
CREATE INDEX ix_records_external_id ON records (external_id);
CREATE INDEX ix_records_dataset_id ON records (dataset_id);
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
CREATE INDEX ix_documents_workspace_id ON documents (workspace_id);
CREATE INDEX ix_documents_pmid ON documents (pmid);
CREATE INDEX ix_documents_reference ON documents (reference);
CREATE INDEX ix_responses_record_id ON responses (record_id);
CREATE INDEX ix_responses_status ON responses (status);
CREATE INDEX ix_responses_user_id ON responses (user_id);
CREATE INDEX ix_records_status ON records (status);
CREATE INDEX ix_datasets_users_dataset_id ON datasets_users (dataset_id);
CREATE INDEX ix_datasets_users_user_id ON datasets_users (user_id);
CREATE INDEX ix_imports_user_id ON imports (user_id);
CREATE INDEX ix_imports_workspace_id ON imports (workspace_id);
CREATE INDEX ix_documents_doi ON documents (doi);
CREATE INDEX ix_workflows_document_id ON workflows (document_id);
CREATE INDEX ix_workflows_reference ON workflows (reference);
CREATE INDEX ix_workflows_group_id ON workflows (group_id);
CREATE INDEX ix_datasets_status ON datasets (status);
CREATE INDEX ix_datasets_name ON datasets (name);
CREATE INDEX ix_datasets_workspace_id ON datasets (workspace_id);
CREATE INDEX ix_records_reference ON records (reference);
CREATE INDEX ix_records_dataset_id_reference ON records (dataset_id, reference);
CREATE INDEX ix_schema_versions_dataset_id ON schema_versions (dataset_id);
CREATE INDEX ix_schema_versions_version ON schema_versions (version);
COMMIT;
