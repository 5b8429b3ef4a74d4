CREATE SCHEMA zoo;
CREATE SCHEMA yard;
CREATE SCHEMA "Zoo ""quoted"" schema";
CREATE SCHEMA "with.dot";
CREATE SCHEMA "select";
CREATE SCHEMA "naïve – ünïcode 日本 😀";
CREATE SCHEMA U&"new\000Aline -- \0027 ; \005C";
CREATE SCHEMA a23456789_123456789_123456789_123456789_123456789_123456789_123;
CREATE SCHEMA empty_schema;
COMMENT ON SCHEMA zoo IS 'The zoo''s schema: with "quotes", a \ backslash,
a second line; a semicolon, $$dollars$$ and an é';
COMMENT ON SCHEMA public IS 'another comment than the standard one';
