-- Made by make.py: argilla-server 2.8.0, SQLite.
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
INSERT INTO "datasets" VALUES('f841e6d6ff9541099e85ea33adcc68d8','reviews','Read twice, then decide.','draft','ab0d4860d70d43fd9e03c0099e65e1ad','2026-11-22 21:43:22.606878','2026-11-22 21:43:22.606878',1,'2026-11-22 21:43:22.606878','{"strategy": "overlap", "min_submitted": 1}',NULL);
INSERT INTO "datasets" VALUES('332964f88d564ec8a35b855b715f39fe','Cafés ''n'' bars',NULL,'draft','ab0d4860d70d43fd9e03c0099e65e1ad','2026-11-22 21:43:22.620480','2026-11-22 21:43:22.620480',1,'2026-11-22 21:43:22.620480','{"strategy": "overlap", "min_submitted": 1}',NULL);
INSERT INTO "datasets" VALUES('ba83cd8e225c4664b4a207886137bc55','reviews',NULL,'ready','f4ff9c64e9d141118dc63322fd619122','2026-11-22 21:43:22.622811','2026-11-22 21:43:22.622811',1,'2026-11-22 21:43:22.622811','{"strategy": "overlap", "min_submitted": 1}',NULL);
CREATE TABLE datasets_users (
	dataset_id CHAR(32) NOT NULL, 
	user_id CHAR(32) NOT NULL, 
	inserted_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	PRIMARY KEY (dataset_id, user_id), 
	FOREIGN KEY(dataset_id) REFERENCES datasets (id) ON DELETE CASCADE, 
	FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);
INSERT INTO "datasets_users" VALUES('f841e6d6ff9541099e85ea33adcc68d8','905a59ebf0ea4c3a8eb3898a7d5a3fa1','2026-11-22 21:43:22.615769','2026-11-22 21:43:22.615769');
INSERT INTO "datasets_users" VALUES('f841e6d6ff9541099e85ea33adcc68d8','64a8e945ba584227ad884bb43ce053aa','2026-11-22 21:43:22.618421','2026-11-22 21:43:22.618421');
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
	CONSTRAINT responses_record_id_fkey FOREIGN KEY(record_id) REFERENCES records (id) ON DELETE CASCADE, 
	CONSTRAINT response_record_id_user_id_uq UNIQUE (record_id, user_id), 
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
INSERT INTO "users" VALUES('e10426d1d75749e8a213a49e50c7c71b','',NULL,'argilla','owner','argilla.apikey','$2b$12$uEwUnryuLT0e.sKU08oGtOa3UyfIP5l4ctrymsGdKIbuIGh7sCUZC','2026-11-22 21:42:09.588985','2026-11-22 21:42:09.588985');
INSERT INTO "users" VALUES('be69a23279344535a58f251f85902f08','Hulio','Ramos','hulio','owner','hulio.apikey.0001','$2b$12$Qfx3smenodEQmZ5X1DVuJu8XItE7HB6NpfdLrViT1OCQmZruNzB6u','2026-11-22 21:42:16.887659','2026-11-22 21:42:16.887659');
INSERT INTO "users" VALUES('27fe562ad0f64b6d8ba13824d471b032','Mary',NULL,'mary','admin','A7KDirywwGwx_G4N1KjcbXWnkoGCHTNO5YXsEmVfxRYW1278FqqKB7NX0T6vIubKrUPKkbPdWs5N4zXhd57VHAez3A01e6FupOI-8npmhXQ','$2b$12$ZQh7MgFsEcq9DogUzRkRoeJBj.yLspCwpGn.g7FO6IcHZLOQgFGB6','2026-11-22 21:42:24.114098','2026-11-22 21:42:24.114098');
INSERT INTO "users" VALUES('905a59ebf0ea4c3a8eb3898a7d5a3fa1','Nick','Name','nick','annotator','Ggd7jSxEDEqdKfFiB5Msc4kJTiF4UWo4bPKotOnCpKTIIRCBAEBuCJxyp7laYUSyRHKh2kd-LKJFkent7_l5sJXA36u_JUgWN9SvzwDCavQ','$2b$12$/qIQBbceBjO3.kOa1Hyg9Ox3dhw.dFTF3lFf3RPht7i5JF1itRKtu','2026-11-22 21:42:31.791928','2026-11-22 21:42:31.791928');
INSERT INTO "users" VALUES('64a8e945ba584227ad884bb43ce053aa','Zoé','O''Neil-Ünal','zoe_2-x','annotator','haAk-IiskqSGuQZqZnT9PaQ050-kAn3Rh4sJLVjghtqtWBx-p167FK9s0nhFc29cYYPsYzoRJ5y9wM-bRkSFY_ClZ1WW_3C5MsdiMhZBqwo','$2b$12$H8fQpp2QcyMNYgw7NYKvPOR9Cy2xDej7z7UGZeAnJVqY1j6DaHyii','2026-11-22 21:42:40.042570','2026-11-22 21:42:40.042570');
INSERT INTO "users" VALUES('126345fd009a42aea1457de005006ebd','Kim',NULL,'kim','admin','Zyt39e0EVTqB0TukxgoOQBahAcfaivBUwBvF3TOMVgG6HMYvZbihrlR7-yv_7HLr4c_C8-w21MQFuKgr6-FDOpTyFb3xM8lgj56xTGRnd28','$2b$12$NmqJ9Qp3QP3keZYt2.jUH.SREiRMqVYMVzS0g9lXkUcNLKletC/Ki','2026-11-22 21:42:47.156650','2026-11-22 21:42:54.140202');
INSERT INTO "users" VALUES('588b43ff54864a84abd952e4682f9507','Mary Ann','Smith','MaryAnn','annotator','EQequMrQLC5djwQw48JgxbhjBJjUHhBU469YBzrUfxQy81GbkSby0o6MunpntWYfg81STChdzXrg9wAvuilcGd8-S0woVjoanplpr9OM1tA','$2b$12$SwZ/HfuHFihNuhaO.sfILObn2U26/2mdHuEbu8ojsEuikcPKO.7cO','2026-11-22 21:43:01.218172','2026-11-22 21:43:01.218172');
INSERT INTO "users" VALUES('a5f17fe1c1d74fbca2e5fbdd9e4f36eb','Anna Lena',NULL,'Anna Lena <anna@example.org>','annotator','lQBlQ7oxO611Q8MQcdi-UBWzgpHSdojvv-qUtolZwUt1ADo7n63xu6Hi91HEQB-AsyhY7mTqGOUIX2xtGz3GR87zo5wUi4ZufMCfYpvkQNc','$2b$12$q0vZqlFUPqHT3Fg1ZF4PcOrQvxbN/KGWLPSF8oVfjMMpk8tgdkff6','2026-11-22 21:43:08.760251','2026-11-22 21:43:08.760251');
INSERT INTO "users" VALUES('791871890d3d4abcbc5ec40be4874dd0','Long','Password','long-password','annotator','zvxDfMXBbgkBhVaVMnj_my5xKk3UjAjp6TydBgm6BBS0rccwT6rvK9fqwTU5NRDNSl9iMEIHxa6qN7vYmujKK9bIVs8mGyBZ5s07oy_p5Tc','$2b$12$jGphG9xCTbmd2S.8oulFs.HjPhE1lXUJGapuDyQ0GFA8UPJPzY1t2','2026-11-22 21:43:16.241366','2026-11-22 21:43:16.241366');
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
INSERT INTO "workspaces" VALUES('4acb4fad82254eea9425dd606c08107b','argilla','2026-11-22 21:42:09.590639','2026-11-22 21:42:09.590639');
INSERT INTO "workspaces" VALUES('ab0d4860d70d43fd9e03c0099e65e1ad','zebra','2026-11-22 21:42:24.116689','2026-11-22 21:42:24.116689');
INSERT INTO "workspaces" VALUES('d4e90b6a620944faac2adfc7b2a9bd17','alpha','2026-11-22 21:42:24.116703','2026-11-22 21:42:24.116703');
INSERT INTO "workspaces" VALUES('f4ff9c64e9d141118dc63322fd619122','mango','2026-11-22 21:42:31.793928','2026-11-22 21:42:31.793928');
INSERT INTO "workspaces" VALUES('d6be2bbfb15541e68a0f7165ca6a4c08','team','2026-11-22 21:42:40.046080','2026-11-22 21:42:40.046080');
INSERT INTO "workspaces" VALUES('513fd7986ff34b39aba4543f14122f21','Données & Texte','2026-11-22 21:43:08.762816','2026-11-22 21:43:08.762816');
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
INSERT INTO "workspaces_users" VALUES('e6b1ca63da074cd4ae7f70a5c6f292a8','4acb4fad82254eea9425dd606c08107b','e10426d1d75749e8a213a49e50c7c71b','2026-11-22 21:42:09.591853','2026-11-22 21:42:09.591853');
INSERT INTO "workspaces_users" VALUES('4c3b65dff250455a8f2dc000dbcee887','ab0d4860d70d43fd9e03c0099e65e1ad','27fe562ad0f64b6d8ba13824d471b032','2026-11-22 21:42:24.118383','2026-11-22 21:42:24.118383');
INSERT INTO "workspaces_users" VALUES('83d15992074043aa9c9eb41fe7d7c693','d4e90b6a620944faac2adfc7b2a9bd17','27fe562ad0f64b6d8ba13824d471b032','2026-11-22 21:42:24.118396','2026-11-22 21:42:24.118396');
INSERT INTO "workspaces_users" VALUES('4c8bd69fa4b8441189b90c454642c439','f4ff9c64e9d141118dc63322fd619122','905a59ebf0ea4c3a8eb3898a7d5a3fa1','2026-11-22 21:42:31.795286','2026-11-22 21:42:31.795286');
INSERT INTO "workspaces_users" VALUES('b43ffbf8c98c43df9352bbba985ba28b','ab0d4860d70d43fd9e03c0099e65e1ad','905a59ebf0ea4c3a8eb3898a7d5a3fa1','2026-11-22 21:42:31.795298','2026-11-22 21:42:31.795298');
INSERT INTO "workspaces_users" VALUES('1f36954800cb4454b901a9547e8f5ec5','d6be2bbfb15541e68a0f7165ca6a4c08','64a8e945ba584227ad884bb43ce053aa','2026-11-22 21:42:40.048030','2026-11-22 21:42:40.048030');
INSERT INTO "workspaces_users" VALUES('e3e406e302ec4ca586069073b0b55477','d4e90b6a620944faac2adfc7b2a9bd17','64a8e945ba584227ad884bb43ce053aa','2026-11-22 21:42:40.048049','2026-11-22 21:42:40.048049');
INSERT INTO "workspaces_users" VALUES('65b5ddf415194615841b385741826f66','f4ff9c64e9d141118dc63322fd619122','64a8e945ba584227ad884bb43ce053aa','2026-11-22 21:42:40.048058','2026-11-22 21:42:40.048058');
INSERT INTO "workspaces_users" VALUES('d4194276e72845c997237765b1bf9c93','f4ff9c64e9d141118dc63322fd619122','126345fd009a42aea1457de005006ebd','2026-11-22 21:42:47.159192','2026-11-22 21:42:47.159192');
INSERT INTO "workspaces_users" VALUES('e58304b1820c4d96b6b24654b761bea2','d4e90b6a620944faac2adfc7b2a9bd17','588b43ff54864a84abd952e4682f9507','2026-11-22 21:43:01.221172','2026-11-22 21:43:01.221172');
INSERT INTO "workspaces_users" VALUES('5122704428b541d293cba9f848add06c','513fd7986ff34b39aba4543f14122f21','a5f17fe1c1d74fbca2e5fbdd9e4f36eb','2026-11-22 21:43:08.764435','2026-11-22 21:43:08.764435');
INSERT INTO "workspaces_users" VALUES('07eaa34ecad44e2aaeb447e0cf7f9693','d4e90b6a620944faac2adfc7b2a9bd17','a5f17fe1c1d74fbca2e5fbdd9e4f36eb','2026-11-22 21:43:08.764450','2026-11-22 21:43:08.764450');
INSERT INTO "workspaces_users" VALUES('25068cd9a1694cf8b1bba28db11fa1b9','d6be2bbfb15541e68a0f7165ca6a4c08','791871890d3d4abcbc5ec40be4874dd0','2026-11-22 21:43:16.244468','2026-11-22 21:43:16.244468');
CREATE UNIQUE INDEX ix_users_api_key ON users (api_key);
CREATE INDEX ix_users_role ON users (role);
CREATE UNIQUE INDEX ix_users_username ON users (username);
CREATE UNIQUE INDEX ix_workspaces_name ON workspaces (name);
CREATE INDEX ix_workspaces_users_workspace_id ON workspaces_users (workspace_id);
CREATE INDEX ix_workspaces_users_user_id ON workspaces_users (user_id);
CREATE INDEX ix_questions_name ON questions (name);
CREATE INDEX ix_questions_dataset_id ON questions (dataset_id);
CREATE INDEX ix_records_dataset_id ON records (dataset_id);
CREATE INDEX ix_records_external_id ON records (external_id);
CREATE INDEX ix_fields_dataset_id ON fields (dataset_id);
CREATE INDEX ix_fields_name ON fields (name);
CREATE INDEX ix_metadata_properties_dataset_id ON metadata_properties (dataset_id);
CREATE INDEX ix_metadata_properties_name ON metadata_properties (name);
CREATE INDEX ix_vectors_settings_dataset_id ON vectors_settings (dataset_id);
CREATE INDEX ix_vectors_settings_name ON vectors_settings (name);
CREATE INDEX ix_vectors_record_id ON vectors (record_id);
CREATE INDEX ix_vectors_vector_settings_id ON vectors (vector_settings_id);
CREATE INDEX ix_suggestions_type ON suggestions (type);
CREATE INDEX ix_suggestions_question_id ON suggestions (question_id);
CREATE INDEX ix_suggestions_record_id ON suggestions (record_id);
CREATE INDEX ix_responses_record_id ON responses (record_id);
CREATE INDEX ix_responses_status ON responses (status);
CREATE INDEX ix_responses_user_id ON responses (user_id);
CREATE INDEX ix_datasets_name ON datasets (name);
CREATE INDEX ix_datasets_status ON datasets (status);
CREATE INDEX ix_datasets_workspace_id ON datasets (workspace_id);
CREATE INDEX ix_records_status ON records (status);
CREATE INDEX ix_datasets_users_dataset_id ON datasets_users (dataset_id);
CREATE INDEX ix_datasets_users_user_id ON datasets_users (user_id);
COMMIT;
