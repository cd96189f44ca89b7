program Main;

{$mode objfpc}{$H+}

uses
  SysUtils, Classes;

type
  TEntry = record
    Word: string;
    Count: Integer;
  end;

var
  Entries: array of TEntry;
  Numbers: array[0..4] of Integer = (5, 3, 8, 1, 2);

function Fib(N: Integer): Integer;
begin
  if N < 2 then
    Result := N
  else
    Result := Fib(N - 1) + Fib(N - 2);
end;

function Backwards(const Text: string): string;
begin
  if Text = '' then
    Result := ''
  else
    Result := Backwards(Copy(Text, 2, Length(Text))) + Text[1];
end;

procedure CountWord(const Word: string);
var
  I: Integer;
begin
  for I := 0 to High(Entries) do
    if Entries[I].Word = Word then
    begin
      Inc(Entries[I].Count);
      Exit;
    end;
  SetLength(Entries, Length(Entries) + 1);
  Entries[High(Entries)].Word := Word;
  Entries[High(Entries)].Count := 1;
end;

function Before(const A, B: TEntry): Boolean;
begin
  Result := (A.Count > B.Count) or ((A.Count = B.Count) and (A.Word < B.Word));
end;

var
  I, J, Number: Integer;
  Entry: TEntry;
  Words: TStringList;
begin
  Words := TStringList.Create;
  Words.Delimiter := ' ';
  Words.DelimitedText := 'the quick the fox';
  for I := 0 to Words.Count - 1 do
    CountWord(Words[I]);
  Words.Free;
  for I := 0 to High(Entries) do
    for J := I + 1 to High(Entries) do
      if Before(Entries[J], Entries[I]) then
      begin
        Entry := Entries[I];
        Entries[I] := Entries[J];
        Entries[J] := Entry;
      end;
  for I := 0 to 4 do
    for J := I + 1 to 4 do
      if Numbers[J] < Numbers[I] then
      begin
        Number := Numbers[I];
        Numbers[I] := Numbers[J];
        Numbers[J] := Number;
      end;

  WriteLn('fib ', Fib(10));
  WriteLn('reversed ', Backwards('hello'));
  Write('words');
  for Entry in Entries do
    Write(' ', Entry.Word, '=', Entry.Count);
  WriteLn;
  Write('sorted');
  for Number in Numbers do
    Write(' ', Number);
  WriteLn;
end.
