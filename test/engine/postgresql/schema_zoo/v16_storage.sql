SET search_path = zoo, public;
CREATE TABLE stored_16 (a text STORAGE EXTERNAL, b text STORAGE MAIN COMPRESSION pglz);
CREATE COLLATION ruled (PROVIDER = icu, LOCALE = '', RULES = '&V << w <<< W');
CREATE TABLE ruled_words (w text COLLATE ruled PRIMARY KEY);
