-- Made by make.py: argilla-server 2.8.0, PostgreSQL.
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE TYPE public.dataset_status_enum AS ENUM (
    'draft',
    'ready'
);
CREATE TYPE public.record_status_enum AS ENUM (
    'pending',
    'completed'
);
CREATE TYPE public.response_status_enum AS ENUM (
    'draft',
    'submitted',
    'discarded'
);
CREATE TYPE public.suggestion_type_enum AS ENUM (
    'model',
    'human'
);
CREATE TYPE public.user_role_enum AS ENUM (
    'owner',
    'admin',
    'annotator'
);
SET default_table_access_method = heap;
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.datasets (
    id uuid NOT NULL,
    name character varying NOT NULL,
    guidelines text,
    status public.dataset_status_enum NOT NULL,
    workspace_id uuid NOT NULL,
    inserted_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL,
    allow_extra_metadata boolean DEFAULT true NOT NULL,
    last_activity_at timestamp without time zone NOT NULL,
    distribution json NOT NULL,
    metadata json
);
CREATE TABLE public.datasets_users (
    dataset_id uuid NOT NULL,
    user_id uuid NOT NULL,
    inserted_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);
CREATE TABLE public.fields (
    id uuid NOT NULL,
    name character varying NOT NULL,
    title text NOT NULL,
    required boolean DEFAULT false NOT NULL,
    settings json NOT NULL,
    dataset_id uuid NOT NULL,
    inserted_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);
CREATE TABLE public.metadata_properties (
    id uuid NOT NULL,
    name character varying NOT NULL,
    title text NOT NULL,
    settings json NOT NULL,
    allowed_roles json DEFAULT '[]'::json NOT NULL,
    dataset_id uuid NOT NULL,
    inserted_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);
CREATE TABLE public.questions (
    id uuid NOT NULL,
    name character varying NOT NULL,
    title text NOT NULL,
    description text,
    required boolean DEFAULT false NOT NULL,
    settings json NOT NULL,
    dataset_id uuid NOT NULL,
    inserted_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);
CREATE TABLE public.records (
    id uuid NOT NULL,
    fields json NOT NULL,
    external_id character varying,
    dataset_id uuid NOT NULL,
    inserted_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL,
    metadata json,
    status public.record_status_enum DEFAULT 'pending'::public.record_status_enum NOT NULL
);
CREATE TABLE public.responses (
    id uuid NOT NULL,
    "values" json,
    status public.response_status_enum NOT NULL,
    record_id uuid NOT NULL,
    user_id uuid NOT NULL,
    inserted_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);
CREATE TABLE public.suggestions (
    id uuid NOT NULL,
    value json NOT NULL,
    score json,
    agent character varying,
    type public.suggestion_type_enum,
    record_id uuid NOT NULL,
    question_id uuid NOT NULL,
    inserted_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);
CREATE TABLE public.users (
    id uuid NOT NULL,
    first_name character varying NOT NULL,
    last_name character varying,
    username character varying NOT NULL,
    role public.user_role_enum NOT NULL,
    api_key text NOT NULL,
    password_hash text NOT NULL,
    inserted_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);
CREATE TABLE public.vectors (
    value json NOT NULL,
    record_id uuid NOT NULL,
    vector_settings_id uuid NOT NULL,
    id uuid NOT NULL,
    inserted_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);
CREATE TABLE public.vectors_settings (
    name character varying NOT NULL,
    title text NOT NULL,
    dimensions integer NOT NULL,
    dataset_id uuid NOT NULL,
    id uuid NOT NULL,
    inserted_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);
CREATE TABLE public.webhooks (
    id uuid NOT NULL,
    url text NOT NULL,
    secret text NOT NULL,
    events json NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    description text,
    inserted_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);
CREATE TABLE public.workspaces (
    id uuid NOT NULL,
    name character varying NOT NULL,
    inserted_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);
CREATE TABLE public.workspaces_users (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    user_id uuid NOT NULL,
    inserted_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);
INSERT INTO public.alembic_version VALUES ('580a6553186f');
INSERT INTO public.datasets VALUES ('9a5fdc3d-8db8-41e9-9c27-58b23daa5dcc', 'reviews', 'Read twice, then decide.', 'draft', 'b23628d0-3084-417f-8248-5fd5f581f284', '2026-11-22 21:44:52.284119', '2026-11-22 21:44:52.284119', true, '2026-11-22 21:44:52.284119', '{"strategy": "overlap", "min_submitted": 1}', NULL);
INSERT INTO public.datasets VALUES ('954096f0-08bc-4c66-8e74-8d4720601893', 'Cafés ''n'' bars', NULL, 'draft', 'b23628d0-3084-417f-8248-5fd5f581f284', '2026-11-22 21:44:52.318618', '2026-11-22 21:44:52.318618', true, '2026-11-22 21:44:52.318618', '{"strategy": "overlap", "min_submitted": 1}', NULL);
INSERT INTO public.datasets VALUES ('a97812b3-09e9-4fd6-ac8a-9f5eef2ca24d', 'reviews', NULL, 'ready', '1bfc05a1-0239-4163-9de2-0556e45c3d5b', '2026-11-22 21:44:52.321237', '2026-11-22 21:44:52.321237', true, '2026-11-22 21:44:52.321237', '{"strategy": "overlap", "min_submitted": 1}', NULL);
INSERT INTO public.datasets_users VALUES ('9a5fdc3d-8db8-41e9-9c27-58b23daa5dcc', '660c3af5-b4f1-4b5e-9b5d-41cccd2476a8', '2026-11-22 21:44:52.312142', '2026-11-22 21:44:52.312142');
INSERT INTO public.datasets_users VALUES ('9a5fdc3d-8db8-41e9-9c27-58b23daa5dcc', '47715948-3e0e-4e37-93a1-0d77d29d51a7', '2026-11-22 21:44:52.31609', '2026-11-22 21:44:52.31609');
INSERT INTO public.users VALUES ('01f3b3aa-0afb-437c-9fc6-2d6ff400e096', '', NULL, 'argilla', 'owner', 'argilla.apikey', '$2b$12$DbYjusaejksYIf0Qmv5WYezZgslnGW7wmF.bbD50CZfQnyAPO33Sm', '2026-11-22 21:43:39.588568', '2026-11-22 21:43:39.588568');
INSERT INTO public.users VALUES ('aa94cb71-d703-4c4b-9eac-a76a020274d1', 'Hulio', 'Ramos', 'hulio', 'owner', 'hulio.apikey.0001', '$2b$12$RMXZfTlHmzkg3PDzcs/nle6EaVrEwpcPrN2mWfFYBd7PuzWz3KKuG', '2026-11-22 21:43:48.042986', '2026-11-22 21:43:48.042986');
INSERT INTO public.users VALUES ('9db535ef-33c3-41af-9d45-7176b563d43d', 'Mary', NULL, 'mary', 'admin', '2IyG9skA_lhxLs-z9Co6JqlHitjpRiTMqtBtnPTMZiMAAPIEwICgbxlTeNz_0Z0Jtu7eSnS-0fkiUG_ndSK2ZhZ4BKqncilN1zVogrCNr50', '$2b$12$hB0d6yEKg52C83tc.d.8iu5k6WH73bXPiJLDTe8gI.HppCOUzTEkG', '2026-11-22 21:43:55.054457', '2026-11-22 21:43:55.054457');
INSERT INTO public.users VALUES ('660c3af5-b4f1-4b5e-9b5d-41cccd2476a8', 'Nick', 'Name', 'nick', 'annotator', 'JENoftEgxNYWLHWjPjErgF2JQypouCNird2L1vdctujAAgWmhp_ooC1UvC65EQpg40Ir-0j4VO-wHGPQTeRk3ru62ttT-YXWIFbiB4glr8Y', '$2b$12$G8uu4Mm/AJCPymoVyRPRvORvJOkYmqN6vA4NNq.NC3qiLjLYGZ0dO', '2026-11-22 21:44:03.021618', '2026-11-22 21:44:03.021618');
INSERT INTO public.users VALUES ('47715948-3e0e-4e37-93a1-0d77d29d51a7', 'Zoé', 'O''Neil-Ünal', 'zoe_2-x', 'annotator', 'YjakttVvCKLEo9ys0MAqnGGWo3K0eX6MGyZ3BiIA0_q_qIEeCDPOU5SrZ8MkKo_Z1bBQjcN8ywYUbf2F-FZMxZhAhGTDMgIojYYRdIokZjk', '$2b$12$rOqk8/Q8nX7Pf0nlFh3Vtu9ZLil9T0BboK2TcOwkA5bfMXqssCEES', '2026-11-22 21:44:11.072772', '2026-11-22 21:44:11.072772');
INSERT INTO public.users VALUES ('d3d9825b-15ad-4a0d-bc5b-612a249228e8', 'Kim', NULL, 'kim', 'admin', 'TWW2AJK97JUec_asbLNL3ucrAMd7dbbb48xQYf3QT_UIdyuqy1gUbPR2-lCI0pnQJteFvfQJUGdSIKUiUVNgf_NeZL1HLCfq8EcqEhaSA3M', '$2b$12$hYKr7PZVQsjAiFQD.DNyJOyJn38.4ZEuLmrjKpJIiho3eljz74eA.', '2026-11-22 21:44:18.023151', '2026-11-22 21:44:24.230487');
INSERT INTO public.users VALUES ('cb429f23-7741-48c9-a0ed-ab754bdf95ba', 'Mary Ann', 'Smith', 'MaryAnn', 'annotator', 'YnSDSPdw5q9FXtSKALicCw2wc-_Mk6wpxVD_6chbvsXpeN0IxQRu6YiqPcn5hX5ghJ0g24EdblmhknGLOu4Y1CuEKhf7SGvQIyCV1rqKRrE', '$2b$12$Eu5ZA3BWeIb64EfPs5OBvuFaS58bZ5SpNZozjL3FzvVTupfnl9eIy', '2026-11-22 21:44:31.440135', '2026-11-22 21:44:31.440135');
INSERT INTO public.users VALUES ('23d14c14-d1bb-4e36-bbbd-86eca53eead3', 'Anna Lena', NULL, 'Anna Lena <anna@example.org>', 'annotator', 'q4gjXblDgAy62Tpfa-l217M6sKRHS0IxN-PPkdIBhT0evvnMDCxAMA2Pq2pisgKi6Ekkdlr4CkkIoHvEwKjOBMlfCVyqAxqwAJ3KEUUOvRo', '$2b$12$rzGHgzHMTmuEo4Vfzp6GxuyNblUradOjmZbX2RIAGZjGRSmtwZChK', '2026-11-22 21:44:38.967184', '2026-11-22 21:44:38.967184');
INSERT INTO public.users VALUES ('1fff6f5f-f7cd-4d47-9775-af9995ffd2db', 'Long', 'Password', 'long-password', 'annotator', '4O-Fkz0hiRdxWd8FApHnSxNnjl0_3FHgZe2Tonyh4_ULt_hBYeGt2fKbNV11bx2EYK9iVS-XivFtlKhpxJPP2wYTaKD_-F6brZYXy8q9LdE', '$2b$12$sB/f8UNzBJwdUWoO9aM0f.lQJ32ipWrYxnAlPtiUk5kGM2ckN2iKu', '2026-11-22 21:44:45.559877', '2026-11-22 21:44:45.559877');
INSERT INTO public.workspaces VALUES ('6bee8b43-9bcf-46f4-94a3-f26469548947', 'argilla', '2026-11-22 21:43:39.596509', '2026-11-22 21:43:39.596509');
INSERT INTO public.workspaces VALUES ('b23628d0-3084-417f-8248-5fd5f581f284', 'zebra', '2026-11-22 21:43:55.057957', '2026-11-22 21:43:55.057957');
INSERT INTO public.workspaces VALUES ('c7b8bbf6-4c92-4913-a162-6d5d1bc9af1d', 'alpha', '2026-11-22 21:43:55.057974', '2026-11-22 21:43:55.057974');
INSERT INTO public.workspaces VALUES ('1bfc05a1-0239-4163-9de2-0556e45c3d5b', 'mango', '2026-11-22 21:44:03.026156', '2026-11-22 21:44:03.026156');
INSERT INTO public.workspaces VALUES ('e08dc187-f214-4540-86d5-eecacb73b787', 'team', '2026-11-22 21:44:11.074558', '2026-11-22 21:44:11.074558');
INSERT INTO public.workspaces VALUES ('07a65028-cd80-41e5-bd7c-ec8f348c69a9', 'Données & Texte', '2026-11-22 21:44:38.969986', '2026-11-22 21:44:38.969986');
INSERT INTO public.workspaces_users VALUES ('08edd043-6cc9-4b32-8458-5b135af47ef5', '6bee8b43-9bcf-46f4-94a3-f26469548947', '01f3b3aa-0afb-437c-9fc6-2d6ff400e096', '2026-11-22 21:43:39.59947', '2026-11-22 21:43:39.59947');
INSERT INTO public.workspaces_users VALUES ('dd48b560-6f1a-4a1a-a8c4-0b72f809b4d1', 'b23628d0-3084-417f-8248-5fd5f581f284', '9db535ef-33c3-41af-9d45-7176b563d43d', '2026-11-22 21:43:55.061275', '2026-11-22 21:43:55.061275');
INSERT INTO public.workspaces_users VALUES ('89694748-6900-4697-ab9b-21432db975b4', 'c7b8bbf6-4c92-4913-a162-6d5d1bc9af1d', '9db535ef-33c3-41af-9d45-7176b563d43d', '2026-11-22 21:43:55.0613', '2026-11-22 21:43:55.0613');
INSERT INTO public.workspaces_users VALUES ('7872e84d-2066-448d-bc60-66700979d6a9', '1bfc05a1-0239-4163-9de2-0556e45c3d5b', '660c3af5-b4f1-4b5e-9b5d-41cccd2476a8', '2026-11-22 21:44:03.029173', '2026-11-22 21:44:03.029173');
INSERT INTO public.workspaces_users VALUES ('e90d74b7-3284-4796-998c-4adeb9b204f7', 'b23628d0-3084-417f-8248-5fd5f581f284', '660c3af5-b4f1-4b5e-9b5d-41cccd2476a8', '2026-11-22 21:44:03.029192', '2026-11-22 21:44:03.029192');
INSERT INTO public.workspaces_users VALUES ('e871c31b-55c3-40d7-bc1a-24df1a508681', 'e08dc187-f214-4540-86d5-eecacb73b787', '47715948-3e0e-4e37-93a1-0d77d29d51a7', '2026-11-22 21:44:11.075564', '2026-11-22 21:44:11.075564');
INSERT INTO public.workspaces_users VALUES ('99985f24-4e53-47f5-be1a-1870b5ab1134', 'c7b8bbf6-4c92-4913-a162-6d5d1bc9af1d', '47715948-3e0e-4e37-93a1-0d77d29d51a7', '2026-11-22 21:44:11.075573', '2026-11-22 21:44:11.075573');
INSERT INTO public.workspaces_users VALUES ('7a68c6fe-c583-47b8-9321-81db27443a5f', '1bfc05a1-0239-4163-9de2-0556e45c3d5b', '47715948-3e0e-4e37-93a1-0d77d29d51a7', '2026-11-22 21:44:11.075578', '2026-11-22 21:44:11.075578');
INSERT INTO public.workspaces_users VALUES ('135aa7e9-3203-4432-8f47-ef2adbe716f4', '1bfc05a1-0239-4163-9de2-0556e45c3d5b', 'd3d9825b-15ad-4a0d-bc5b-612a249228e8', '2026-11-22 21:44:18.026125', '2026-11-22 21:44:18.026125');
INSERT INTO public.workspaces_users VALUES ('5f254f46-0db6-4dbb-bd73-fbb0244c3746', 'c7b8bbf6-4c92-4913-a162-6d5d1bc9af1d', 'cb429f23-7741-48c9-a0ed-ab754bdf95ba', '2026-11-22 21:44:31.442995', '2026-11-22 21:44:31.442995');
INSERT INTO public.workspaces_users VALUES ('c8d93da2-7c38-4914-b2f0-753a103a961b', '07a65028-cd80-41e5-bd7c-ec8f348c69a9', '23d14c14-d1bb-4e36-bbbd-86eca53eead3', '2026-11-22 21:44:38.971866', '2026-11-22 21:44:38.971866');
INSERT INTO public.workspaces_users VALUES ('dbf0a39f-58d3-4850-b372-3ce20d7ae392', 'c7b8bbf6-4c92-4913-a162-6d5d1bc9af1d', '23d14c14-d1bb-4e36-bbbd-86eca53eead3', '2026-11-22 21:44:38.971883', '2026-11-22 21:44:38.971883');
INSERT INTO public.workspaces_users VALUES ('69208892-55c0-47ed-89d1-c969f6591b2d', 'e08dc187-f214-4540-86d5-eecacb73b787', '1fff6f5f-f7cd-4d47-9775-af9995ffd2db', '2026-11-22 21:44:45.563514', '2026-11-22 21:44:45.563514');
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.datasets
    ADD CONSTRAINT dataset_name_workspace_id_uq UNIQUE (name, workspace_id);
ALTER TABLE ONLY public.datasets
    ADD CONSTRAINT datasets_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.datasets_users
    ADD CONSTRAINT datasets_users_pkey PRIMARY KEY (dataset_id, user_id);
ALTER TABLE ONLY public.fields
    ADD CONSTRAINT field_name_dataset_id_uq UNIQUE (name, dataset_id);
ALTER TABLE ONLY public.fields
    ADD CONSTRAINT fields_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.metadata_properties
    ADD CONSTRAINT metadata_properties_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.metadata_properties
    ADD CONSTRAINT metadata_property_name_dataset_id_uq UNIQUE (name, dataset_id);
ALTER TABLE ONLY public.questions
    ADD CONSTRAINT question_name_dataset_id_uq UNIQUE (name, dataset_id);
ALTER TABLE ONLY public.questions
    ADD CONSTRAINT questions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.records
    ADD CONSTRAINT record_external_id_dataset_id_uq UNIQUE (external_id, dataset_id);
ALTER TABLE ONLY public.records
    ADD CONSTRAINT records_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.responses
    ADD CONSTRAINT response_record_id_user_id_uq UNIQUE (record_id, user_id);
ALTER TABLE ONLY public.responses
    ADD CONSTRAINT responses_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.suggestions
    ADD CONSTRAINT suggestion_record_id_question_id_uq UNIQUE (record_id, question_id);
ALTER TABLE ONLY public.suggestions
    ADD CONSTRAINT suggestions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.vectors
    ADD CONSTRAINT vector_record_id_vector_settings_id_uq UNIQUE (record_id, vector_settings_id);
ALTER TABLE ONLY public.vectors_settings
    ADD CONSTRAINT vector_settings_name_dataset_id_uq UNIQUE (name, dataset_id);
ALTER TABLE ONLY public.vectors
    ADD CONSTRAINT vectors_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.vectors_settings
    ADD CONSTRAINT vectors_settings_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.webhooks
    ADD CONSTRAINT webhooks_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.workspaces_users
    ADD CONSTRAINT workspace_id_user_id_uq UNIQUE (workspace_id, user_id);
ALTER TABLE ONLY public.workspaces
    ADD CONSTRAINT workspaces_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.workspaces_users
    ADD CONSTRAINT workspaces_users_pkey PRIMARY KEY (id);
CREATE INDEX ix_datasets_name ON public.datasets USING btree (name);
CREATE INDEX ix_datasets_status ON public.datasets USING btree (status);
CREATE INDEX ix_datasets_users_dataset_id ON public.datasets_users USING btree (dataset_id);
CREATE INDEX ix_datasets_users_user_id ON public.datasets_users USING btree (user_id);
CREATE INDEX ix_datasets_workspace_id ON public.datasets USING btree (workspace_id);
CREATE INDEX ix_fields_dataset_id ON public.fields USING btree (dataset_id);
CREATE INDEX ix_fields_name ON public.fields USING btree (name);
CREATE INDEX ix_metadata_properties_dataset_id ON public.metadata_properties USING btree (dataset_id);
CREATE INDEX ix_metadata_properties_name ON public.metadata_properties USING btree (name);
CREATE INDEX ix_questions_dataset_id ON public.questions USING btree (dataset_id);
CREATE INDEX ix_questions_name ON public.questions USING btree (name);
CREATE INDEX ix_records_dataset_id ON public.records USING btree (dataset_id);
CREATE INDEX ix_records_external_id ON public.records USING btree (external_id);
CREATE INDEX ix_records_status ON public.records USING btree (status);
CREATE INDEX ix_responses_record_id ON public.responses USING btree (record_id);
CREATE INDEX ix_responses_status ON public.responses USING btree (status);
CREATE INDEX ix_responses_user_id ON public.responses USING btree (user_id);
CREATE INDEX ix_suggestions_question_id ON public.suggestions USING btree (question_id);
CREATE INDEX ix_suggestions_record_id ON public.suggestions USING btree (record_id);
CREATE INDEX ix_suggestions_type ON public.suggestions USING btree (type);
CREATE UNIQUE INDEX ix_users_api_key ON public.users USING btree (api_key);
CREATE INDEX ix_users_role ON public.users USING btree (role);
CREATE UNIQUE INDEX ix_users_username ON public.users USING btree (username);
CREATE INDEX ix_vectors_record_id ON public.vectors USING btree (record_id);
CREATE INDEX ix_vectors_settings_dataset_id ON public.vectors_settings USING btree (dataset_id);
CREATE INDEX ix_vectors_settings_name ON public.vectors_settings USING btree (name);
CREATE INDEX ix_vectors_vector_settings_id ON public.vectors USING btree (vector_settings_id);
CREATE UNIQUE INDEX ix_workspaces_name ON public.workspaces USING btree (name);
CREATE INDEX ix_workspaces_users_user_id ON public.workspaces_users USING btree (user_id);
CREATE INDEX ix_workspaces_users_workspace_id ON public.workspaces_users USING btree (workspace_id);
ALTER TABLE ONLY public.datasets_users
    ADD CONSTRAINT datasets_users_dataset_id_fkey FOREIGN KEY (dataset_id) REFERENCES public.datasets(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.datasets_users
    ADD CONSTRAINT datasets_users_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.datasets
    ADD CONSTRAINT datasets_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.fields
    ADD CONSTRAINT fields_dataset_id_fkey FOREIGN KEY (dataset_id) REFERENCES public.datasets(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.metadata_properties
    ADD CONSTRAINT metadata_properties_dataset_id_fkey FOREIGN KEY (dataset_id) REFERENCES public.datasets(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.questions
    ADD CONSTRAINT questions_dataset_id_fkey FOREIGN KEY (dataset_id) REFERENCES public.datasets(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.records
    ADD CONSTRAINT records_dataset_id_fkey FOREIGN KEY (dataset_id) REFERENCES public.datasets(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.responses
    ADD CONSTRAINT responses_record_id_fkey FOREIGN KEY (record_id) REFERENCES public.records(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.responses
    ADD CONSTRAINT responses_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.suggestions
    ADD CONSTRAINT suggestions_question_id_fkey FOREIGN KEY (question_id) REFERENCES public.questions(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.suggestions
    ADD CONSTRAINT suggestions_record_id_fkey FOREIGN KEY (record_id) REFERENCES public.records(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.vectors
    ADD CONSTRAINT vectors_record_id_fkey FOREIGN KEY (record_id) REFERENCES public.records(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.vectors_settings
    ADD CONSTRAINT vectors_settings_dataset_id_fkey FOREIGN KEY (dataset_id) REFERENCES public.datasets(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.vectors
    ADD CONSTRAINT vectors_vector_settings_id_fkey FOREIGN KEY (vector_settings_id) REFERENCES public.vectors_settings(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.workspaces_users
    ADD CONSTRAINT workspaces_users_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.workspaces_users
    ADD CONSTRAINT workspaces_users_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(id) ON DELETE CASCADE;
