-- Made by make.py: argilla-server 1.29.1, SQLite.
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('ca7293c38970');
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
	PRIMARY KEY (id), 
	CONSTRAINT dataset_name_workspace_id_uq UNIQUE (name, workspace_id), 
	FOREIGN KEY(workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE
);
INSERT INTO "datasets" VALUES('3a6033bc6f9647aeb26b063981c6a198','reviews','Read twice, then decide.','draft','d13c7cb46d6d4f2c8c1c08160af660a3','2026-11-22 21:41:54.077773','2026-11-22 21:41:54.077773',1,'2026-11-22 21:41:54.077773');
INSERT INTO "datasets" VALUES('6e2f62fdf4bd4f0d8578b328c688014d','Cafés ''n'' bars',NULL,'draft','d13c7cb46d6d4f2c8c1c08160af660a3','2026-11-22 21:41:54.082747','2026-11-22 21:41:54.082747',1,'2026-11-22 21:41:54.082747');
INSERT INTO "datasets" VALUES('fbf1ca7cbd02477496764ec762e76c81','reviews',NULL,'ready','4ecdf365108645a2a48f71bafaba6ba1','2026-11-22 21:41:54.085763','2026-11-22 21:41:54.085763',1,'2026-11-22 21:41:54.085763');
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
INSERT INTO "users" VALUES('ef5ca2a9a2d84845af292dbb46f30ebd','',NULL,'argilla','owner','argilla.apikey','$2b$12$/mMjeik3.Z6cO0RLvXyoZudizyIVG/0Xw/ushO2v66nne87v6QjpC','2026-11-22 21:40:38.830846','2026-11-22 21:40:38.830846');
INSERT INTO "users" VALUES('8626e9f1bd8c4bc3a36ca0c585065c7e','Hulio','Ramos','hulio','owner','hulio.apikey.0001','$2b$12$nEOyaw/oIdQ/755BqHhZ4.v35VSIY7QkDQQrL.JYUpwlBuBLdbm0C','2026-11-22 21:40:44.837870','2026-11-22 21:40:44.837870');
INSERT INTO "users" VALUES('fba136702fbe49e98c0fbae854a523a4','Mary',NULL,'mary','admin','ihM6ce5GNh3DdFNzuB1xcKAe28lNa7M9C9CFaNd_fOzcTj04U2uoNR6sDTVGfneS-jrAGeYBiAyZ3BaQVlvQRSXLRCuk1mDIug-X4H0hync','$2b$12$xuTPALdkbpiDM2c3GDf0Cu/GrokyIwViDlabhKr9rUCCxs40c25TG','2026-11-22 21:40:50.655508','2026-11-22 21:40:50.655508');
INSERT INTO "users" VALUES('55179e235298498ea8b1ff6f9d5b2724','Nick','Name','nick','annotator','FDQ1OQenKCxMCjtQ_dojLSuoaJNXjj2DxVtlOh3dfuElmXTwmRZPFcFNizvvrFq_JFrzrNniroiBH3bTc-SmPEeUnEzggRfp20MuKIdrysE','$2b$12$2RFb7I.LDWhwg.P9kJeUQeHmDdYnahzHDeylJjrOCqC7Kri0y0NAO','2026-11-22 21:41:14.995827','2026-11-22 21:41:14.995827');
INSERT INTO "users" VALUES('1eeca80945e545f3a7f87fb99119d91b','Zoé','O''Neil-Ünal','zoe_2-x','annotator','EUPmQ1gNQAj6alH4mZ_xI3j5Fbxq-72fhOH_YqLYzln_7NSliea_9z2m7kDAD6_C_YjZsCFxmf-8jjkjxKrjTpmjfIM3M6hRbuJAlJqLO5Q','$2b$12$IONfmaTY2fk1Gd9qW49av.iNUt2d/xVvgOjHiu7i/iTfSCrt6mycq','2026-11-22 21:41:27.978881','2026-11-22 21:41:27.978881');
INSERT INTO "users" VALUES('695487cee8054ea79fd51c705d7eaa4d','Kim',NULL,'kim','admin','2RBzfSARtEvfS--VkA9dpg94WBIWlmy2YrFvGAQun8lA8wmm_vCUFURdEgYntZnhY-sVKUdVTTAnB9VcFLCNszxRxLpseCI_OjB0yTpaEcI','$2b$12$xEhQQoQ7gEnMplIazHI1helwp51vdnTyR6xsCUomXhqgvy7DoGClO','2026-11-22 21:41:35.199454','2026-11-22 21:41:41.400972');
INSERT INTO "users" VALUES('c2ff7525349945f4a675583572af2019','Mary Ann','Smith','MaryAnn','annotator','OrQ_yLgg1uMH4clugjOAbI4-Eczaghm29SzaC_jkIUSOKrJmGWCFYOsKisLhpl_zpNUVlOMk5kCoLrRXmL_jGdRBaR3lSRerojQY_WGd8aw','$2b$12$vO9zZbsSptKfW4VkUdVoy.TcqeICrMUsWwYCdkyXCOu0mYncaxu.e','2026-11-22 21:41:48.411351','2026-11-22 21:41:48.411351');
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
CREATE TABLE workspaces (
	id CHAR(32) NOT NULL, 
	name VARCHAR NOT NULL, 
	inserted_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "workspaces" VALUES('a0d7c71c9ebf471bb3d4ef446e84a52c','argilla','2026-11-22 21:40:38.834378','2026-11-22 21:40:38.834378');
INSERT INTO "workspaces" VALUES('d13c7cb46d6d4f2c8c1c08160af660a3','zebra','2026-11-22 21:40:50.658734','2026-11-22 21:40:50.658734');
INSERT INTO "workspaces" VALUES('98e095f2526b4f74bede5e66b69a14b3','alpha','2026-11-22 21:40:50.658752','2026-11-22 21:40:50.658752');
INSERT INTO "workspaces" VALUES('4ecdf365108645a2a48f71bafaba6ba1','mango','2026-11-22 21:41:15.003474','2026-11-22 21:41:15.003474');
INSERT INTO "workspaces" VALUES('550cc07f22ec4ccf94962127358407c9','team','2026-11-22 21:41:27.982174','2026-11-22 21:41:27.982174');
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
INSERT INTO "workspaces_users" VALUES('8de30d4f17524c9ba1b292f5031d9ad1','a0d7c71c9ebf471bb3d4ef446e84a52c','ef5ca2a9a2d84845af292dbb46f30ebd','2026-11-22 21:40:38.836252','2026-11-22 21:40:38.836252');
INSERT INTO "workspaces_users" VALUES('80824238c07047faa70c99f359d702e9','d13c7cb46d6d4f2c8c1c08160af660a3','fba136702fbe49e98c0fbae854a523a4','2026-11-22 21:40:50.660681','2026-11-22 21:40:50.660681');
INSERT INTO "workspaces_users" VALUES('e6621fc6b2b04eb08b1546e0b3661733','98e095f2526b4f74bede5e66b69a14b3','fba136702fbe49e98c0fbae854a523a4','2026-11-22 21:40:50.660702','2026-11-22 21:40:50.660702');
INSERT INTO "workspaces_users" VALUES('1f08ff2f686446d687d56477813ec82c','4ecdf365108645a2a48f71bafaba6ba1','55179e235298498ea8b1ff6f9d5b2724','2026-11-22 21:41:15.010914','2026-11-22 21:41:15.010914');
INSERT INTO "workspaces_users" VALUES('947c4cf7b6a94d9f8a22df3663ed8501','d13c7cb46d6d4f2c8c1c08160af660a3','55179e235298498ea8b1ff6f9d5b2724','2026-11-22 21:41:15.010929','2026-11-22 21:41:15.010929');
INSERT INTO "workspaces_users" VALUES('14afbc138a6d4accab7da0978bb7bf57','550cc07f22ec4ccf94962127358407c9','1eeca80945e545f3a7f87fb99119d91b','2026-11-22 21:41:27.984692','2026-11-22 21:41:27.984692');
INSERT INTO "workspaces_users" VALUES('67f51e057e6e4cb4801b471782dd0f82','98e095f2526b4f74bede5e66b69a14b3','1eeca80945e545f3a7f87fb99119d91b','2026-11-22 21:41:27.984714','2026-11-22 21:41:27.984714');
INSERT INTO "workspaces_users" VALUES('a50453e603854dacabe98eee7086e59e','4ecdf365108645a2a48f71bafaba6ba1','1eeca80945e545f3a7f87fb99119d91b','2026-11-22 21:41:27.984727','2026-11-22 21:41:27.984727');
INSERT INTO "workspaces_users" VALUES('664aed9d6b424150ae2fe846a81a4be6','4ecdf365108645a2a48f71bafaba6ba1','695487cee8054ea79fd51c705d7eaa4d','2026-11-22 21:41:35.202458','2026-11-22 21:41:35.202458');
INSERT INTO "workspaces_users" VALUES('c2f6bcf2fda841e586aa8bd6332f752e','98e095f2526b4f74bede5e66b69a14b3','c2ff7525349945f4a675583572af2019','2026-11-22 21:41:48.412788','2026-11-22 21:41:48.412788');
CREATE UNIQUE INDEX ix_users_api_key ON users (api_key);
CREATE INDEX ix_users_role ON users (role);
CREATE UNIQUE INDEX ix_users_username ON users (username);
CREATE UNIQUE INDEX ix_workspaces_name ON workspaces (name);
CREATE INDEX ix_workspaces_users_user_id ON workspaces_users (user_id);
CREATE INDEX ix_workspaces_users_workspace_id ON workspaces_users (workspace_id);
CREATE INDEX ix_questions_dataset_id ON questions (dataset_id);
CREATE INDEX ix_questions_name ON questions (name);
CREATE INDEX ix_records_dataset_id ON records (dataset_id);
CREATE INDEX ix_records_external_id ON records (external_id);
CREATE INDEX ix_responses_record_id ON responses (record_id);
CREATE INDEX ix_responses_status ON responses (status);
CREATE INDEX ix_responses_user_id ON responses (user_id);
CREATE INDEX ix_fields_name ON fields (name);
CREATE INDEX ix_fields_dataset_id ON fields (dataset_id);
CREATE INDEX ix_metadata_properties_dataset_id ON metadata_properties (dataset_id);
CREATE INDEX ix_metadata_properties_name ON metadata_properties (name);
CREATE INDEX ix_datasets_name ON datasets (name);
CREATE INDEX ix_datasets_status ON datasets (status);
CREATE INDEX ix_datasets_workspace_id ON datasets (workspace_id);
CREATE INDEX ix_vectors_settings_dataset_id ON vectors_settings (dataset_id);
CREATE INDEX ix_vectors_settings_name ON vectors_settings (name);
CREATE INDEX ix_vectors_record_id ON vectors (record_id);
CREATE INDEX ix_vectors_vector_settings_id ON vectors (vector_settings_id);
CREATE INDEX ix_suggestions_record_id ON suggestions (record_id);
CREATE INDEX ix_suggestions_question_id ON suggestions (question_id);
CREATE INDEX ix_suggestions_type ON suggestions (type);
COMMIT;
