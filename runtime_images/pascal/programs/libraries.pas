program Main;

{$mode objfpc}{$H+}

uses
  SysUtils, Classes, Math, DateUtils, StrUtils, fgl, fpjson, jsonparser, DOM, XMLRead, base64, md5, sha1, regexpr, zipper;

type
  TMap = specialize TFPGMap<string, Integer>;

var
  Map: TMap;
  Document: TXMLDocument;
  Expression: TRegExpr;
begin
  if GetJSON('{"a": [1, 2]}').FindPath('a[1]').AsInteger <> 2 then
    Halt(1);
  ReadXMLFile(Document, TStringStream.Create('<a><b>x</b></a>'));
  if string(Document.DocumentElement.FirstChild.TextContent) <> 'x' then
    Halt(2);
  if EncodeStringBase64('text') <> 'dGV4dA==' then
    Halt(3);
  if MD5Print(MD5String('a')) <> '0cc175b9c0f1b6a831c399e269772661' then
    Halt(4);
  if Copy(SHA1Print(SHA1String('a')), 1, 8) <> '86f7e437' then
    Halt(5);
  Expression := TRegExpr.Create('[0-9]+');
  if not Expression.Exec('abc12') or (Expression.Match[0] <> '12') then
    Halt(6);
  Map := TMap.Create;
  Map['one'] := 1;
  if (Map['one'] <> 1) or (Max(1, 2) <> 2) or (DayOf(IncDay(EncodeDate(2024, 2, 28))) <> 29) then
    Halt(7);
  if TZipper.Create = nil then
    Halt(8);
  WriteLn('ok');
end.
