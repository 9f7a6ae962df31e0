#!/usr/bin/perl
# One session of Net::POP3, told as JSON: pop3.pl WAY PORT USER PASSWORD CA-FILE
use strict;
use warnings;
use JSON::PP;
use Net::POP3;

my ($way, $port, $user, $password, $authority) = @ARGV;

sub begin {
    my @trust = (SSL_ca_file => $authority);
    my $pop = Net::POP3->new('localhost', Port => $port, Timeout => 60, $way eq 'tls' ? (SSL => 1, @trust) : ())
        or die "No connection: $@";
    $pop->starttls(@trust) or die 'STLS: ', $pop->message if $way eq 'stls';
    return $pop;
}

# Net::POP3 ends lines with LF.
sub octets {
    my $text = join '', @{$_[0]};
    $text =~ s/\r?\n/\r\n/g;
    return unpack 'H*', $text;
}

my $stranger = begin();
my $refused = !defined $stranger->login($user, 'wrong');
$stranger->quit;

my $pop = begin();
defined $pop->login($user, $password) or die 'Login: ', $pop->message;
my ($count) = $pop->popstat;
my ($sizes, $ids) = ($pop->list, $pop->uidl);
my @numbers = sort { $a <=> $b } keys %$sizes;
my @mails = map { octets($pop->get($_)) } @numbers;
my $top = octets($pop->top(1, 1));
$pop->delete(1) && $pop->delete(3) or die 'DELE: ', $pop->message;
$pop->reset;
my ($reset) = $pop->popstat;
$pop->delete(2) && $pop->quit or die 'The end: ', $pop->message;
print encode_json({
    refused => $refused ? JSON::PP::true : JSON::PP::false, count => $count + 0, reset => $reset + 0, top => $top,
    sizes => [map { $_ + 0 } @{$sizes}{@numbers}], uidl => [@{$ids}{@numbers}], mails => \@mails,
});
